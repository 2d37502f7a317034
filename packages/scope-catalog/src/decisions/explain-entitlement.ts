import type { CompiledCatalog } from '../compiled-catalog.ts';
import { present } from '../present.ts';
import type { Principal } from '../principal.ts';
import { scopeState } from '../scope-state.ts';
import type { ScopeState } from '../scope-state.ts';
import { suggestNames } from '../suggest-names.ts';
import { rulesFor } from './delegation-step.ts';
import { isEntitled, isHeld } from './entitlement.ts';
import { holdsReservedRole } from './governance.ts';

/**
 * How a role that a principal holds comes to grant a scope: itself, through the roles it inherits, to the one that
 * lists it.
 */
export interface EntitlementPath {
  /** The assigned role. */
  readonly role: string;
  readonly until?: number;
  /** From the assigned role to the one that lists the scope, both included; the shortest there is. */
  readonly through: readonly string[];
}

/** One fact that bears on whether a principal may be granted a scope. */
export type EntitlementReason =
  | { readonly code: 'role_grants'; readonly role: string; readonly through: readonly string[] }
  | { readonly code: 'scope_unknown'; readonly nearest: readonly string[] }
  | { readonly code: 'scope_retired'; readonly sunset: string; readonly successor?: string }
  | { readonly code: 'client_disabled' }
  | { readonly code: 'assignment_expired'; readonly role: string; readonly until: number }
  | { readonly code: 'role_dormant'; readonly role: string }
  | { readonly code: 'no_role_grants' };

/** What a delegation rule wants held of whoever the principal acts for. */
export interface OnBehalf {
  /** Its place in the document, counted from 0. */
  readonly rule: number;
  readonly holding: readonly string[];
  readonly maxDepth: number;
}

/** Why a principal is, or is not, entitled to a scope. Times are milliseconds since the epoch. */
export interface EntitlementExplanation {
  readonly client: string;
  readonly scope: string;
  /** Whether a live role grants it; a retired scope is not issued even so. */
  readonly entitled: boolean;
  readonly state: ScopeState | 'unknown';
  /** The facts, most telling first; never empty. */
  readonly reasons: readonly EntitlementReason[];
  /** Every live assignment that grants it. */
  readonly paths: readonly EntitlementPath[];
  /**
   * Roles that grant it and that the principal does not hold now, those that grant the least first; empty where
   * entitled.
   */
  readonly wouldHelp: readonly string[];
  /**
   * Delegation rules that give it to the principal on behalf of whoever holds certain scopes, in the order of the
   * document; empty where entitled, and where no rule counts for it.
   */
  readonly onBehalf: readonly OnBehalf[];
}

/** Explains one entitlement as the decision sees it: what grants a scope, or everything that stands in its way. */
export function explainEntitlement(
  catalog: CompiledCatalog,
  principal: Principal,
  scope: string,
  now: number,
): EntitlementExplanation {
  const entitled = isEntitled(catalog, principal, scope, now);
  const compiled = catalog.scopes.get(scope);
  const held = principal.assignments.filter((assignment) => isHeld(assignment, now));
  const paths = held.flatMap(({ role, until }): EntitlementPath[] => {
    const through = pathTo(catalog, role, scope);
    return through === undefined ? [] : [{ role, through, ...present({ until }) }];
  });
  const heldNames = new Set(held.map(({ role }) => role));
  const helping = [...catalog.roles.values()]
    .filter(({ name, scopes }) => scopes.has(scope) && !heldNames.has(name))
    .toSorted((a, b) => a.scopes.size - b.scopes.size);
  return {
    client: principal.clientId,
    scope,
    entitled,
    state: compiled === undefined ? 'unknown' : scopeState(compiled, now),
    reasons: reasonsOf(catalog, principal, scope, now, paths),
    paths,
    wouldHelp: entitled ? [] : helping.map(({ name }) => name),
    onBehalf: entitled ? [] : rulesGiving(catalog, principal, scope, now),
  };
}

function reasonsOf(
  catalog: CompiledCatalog,
  principal: Principal,
  name: string,
  now: number,
  paths: readonly EntitlementPath[],
): readonly EntitlementReason[] {
  const scope = catalog.scopes.get(name);
  if (scope === undefined) {
    return [{ code: 'scope_unknown', nearest: suggestNames(name, catalog.scopes.keys()) }];
  }
  const reasons: EntitlementReason[] = [];
  if (!principal.enabled) reasons.push({ code: 'client_disabled' });
  if (scopeState(scope, now) === 'retired') {
    const { sunset = '', successor } = scope.deprecated ?? {};
    reasons.push({ code: 'scope_retired', sunset, ...present({ successor }) });
  }
  for (const { role, through } of paths) reasons.push({ code: 'role_grants', role, through });
  if (paths.length > 0) return reasons;
  for (const { role, until } of principal.assignments) {
    if (until !== undefined && now >= until) {
      const granted = catalog.roles.get(role)?.scopes.has(name) === true;
      if (granted) reasons.push({ code: 'assignment_expired', role, until });
    } else if (!catalog.roles.has(role)) {
      reasons.push({ code: 'role_dormant', role });
    }
  }
  return [...reasons, { code: 'no_role_grants' }];
}

function rulesGiving(
  catalog: CompiledCatalog,
  principal: Principal,
  name: string,
  now: number,
): readonly OnBehalf[] {
  const scope = catalog.scopes.get(name);
  const live = scope !== undefined && scopeState(scope, now) !== 'retired';
  if (!live || !principal.enabled || holdsReservedRole(principal, now)) return [];
  return [...new Set(rulesFor(catalog, principal, name, now))]
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, holding, maxDepth }) => ({ rule: index, holding, maxDepth }));
}

/** The shortest way from a role to the one that lists a scope; undefined where it does not grant it. */
function pathTo(
  catalog: CompiledCatalog,
  role: string,
  scope: string,
): readonly string[] | undefined {
  const seen = new Set([role]);
  let reached: readonly (readonly string[])[] = [[role]];
  while (reached.length > 0) {
    const further: (readonly string[])[] = [];
    for (const path of reached) {
      const compiled = catalog.roles.get(path.at(-1) ?? role);
      if (compiled?.scopes.has(scope) !== true) continue;
      if (compiled.ownScopes.includes(scope)) return path;
      for (const parent of compiled.inherits) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        further.push([...path, parent]);
      }
    }
    reached = further;
  }
  return undefined;
}
