import type { CompiledCatalog } from '../compiled-catalog.ts';
import { missingIn } from '../missing-in.ts';
import { scopeState } from '../scope-state.ts';

/** What a role grants in two catalogs, retired scopes left out. */
export interface RoleShift {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  /** What it grants after and not before, sorted. */
  readonly gained: readonly string[];
  /** What it grants before and not after, sorted. */
  readonly lost: readonly string[];
  /** The role is in the second catalog alone. */
  readonly comes: boolean;
  /** The role is in the first catalog alone. */
  readonly goes: boolean;
}

/** What changes for every client that holds the same roles; sorted by role, then by scope. */
export interface Shift {
  readonly gains: readonly {
    readonly role: string;
    readonly scope: string;
    readonly comes: boolean;
  }[];
  readonly losses: readonly { readonly role: string; readonly scope: string }[];
}

/** What each role of two catalogs grants in either. */
export function roleShifts(
  before: CompiledCatalog,
  after: CompiledCatalog,
  now: number,
): ReadonlyMap<string, RoleShift> {
  const grantedBefore = unretired(before, now);
  const grantedAfter = unretired(after, now);
  const shifts = new Map<string, RoleShift>();
  for (const name of new Set([...before.roles.keys(), ...after.roles.keys()])) {
    const [was, becomes] = [grantedBefore(name), grantedAfter(name)];
    shifts.set(name, {
      before: was,
      after: becomes,
      gained: missingIn(was, becomes),
      lost: missingIn(becomes, was),
      comes: !before.roles.has(name),
      goes: !after.roles.has(name),
    });
  }
  return shifts;
}

function unretired(catalog: CompiledCatalog, now: number): (role: string) => ReadonlySet<string> {
  const retired = new Set<string>();
  for (const scope of catalog.scopes.values()) {
    if (scopeState(scope, now) === 'retired') retired.add(scope.name);
  }
  return (role) => {
    const scopes = catalog.roles.get(role)?.scopes ?? new Set();
    if (retired.size === 0) return scopes;
    return new Set([...scopes].filter((scope) => !retired.has(scope)));
  };
}

/**
 * What changes for whoever holds exactly these roles, which come sorted and each once.
 *
 * A scope is gained when none of the roles granted it before and one does after, and is named with each that does; it
 * is lost the other way round. INVARIANT: exchanging before and after exchanges gains and losses.
 */
export function shiftOf(roles: readonly string[], shifts: ReadonlyMap<string, RoleShift>): Shift {
  const held = roles.flatMap((role) => {
    const shift = shifts.get(role);
    return shift ? [{ role, ...shift }] : [];
  });
  return {
    gains: held.flatMap(({ role, gained, comes }) =>
      gained
        .filter((scope) => !held.some(({ before }) => before.has(scope)))
        .map((scope) => ({ role, scope, comes })),
    ),
    losses: held.flatMap(({ role, lost }) =>
      lost
        .filter((scope) => !held.some(({ after }) => after.has(scope)))
        .map((scope) => ({ role, scope })),
    ),
  };
}
