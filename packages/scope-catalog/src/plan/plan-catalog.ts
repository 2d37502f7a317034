import type { CompiledCatalog } from '../compiled-catalog.ts';
import { isHeld } from '../decisions/entitlement.ts';
import { diffCatalogs } from '../diff-catalogs.ts';
import { delegationShift } from './delegation-shifts.ts';
import type {
  CatalogPlan,
  PlanClient,
  PlannedAssignment,
  PlannedCredential,
  PlannedDefault,
  PlannedDelegation,
  PlannedGain,
  PlannedLoss,
} from './plan.ts';
import { roleShifts, shiftOf } from './role-shifts.ts';
import type { RoleShift, Shift } from './role-shifts.ts';
import { summarize } from './summary.ts';

/** What a plan is made from. */
export interface PlanInput {
  /** The active version. */
  readonly before: CompiledCatalog;
  /** The version that would take its place. */
  readonly after: CompiledCatalog;
  /** Every client there is. */
  readonly clients: Iterable<PlanClient>;
  /** The client that would publish. */
  readonly publisher?: string;
  /** Milliseconds since the epoch: assignments that have run out and scopes that are retired count for nothing. */
  readonly now: number;
}

/**
 * Says who gains and who loses which scope when one catalog takes the place of another, and all else that changes.
 *
 * It names every gain and every loss, those by delegation apart, and nothing else; the way back is the same plan with
 * gains and losses exchanged. A scope that is retired is no gain, and one whose sunset is put off is. A disabled client
 * is planned for as if it were enabled, since enabling it takes no plan. Costs grow with the distinct sets of roles
 * that clients hold and with what there is to name.
 */
export function planCatalog({ before, after, clients, publisher, now }: PlanInput): CatalogPlan {
  const shifts = roleShifts(before, after, now);
  const known = new Map<string, Shift>();
  const gains: PlannedGain[] = [];
  const losses: PlannedLoss[] = [];
  const revived: PlannedAssignment[] = [];
  const dormant: PlannedAssignment[] = [];
  const suspended: PlannedCredential[] = [];
  const resumed: PlannedCredential[] = [];
  const brokenDefaults: PlannedDefault[] = [];
  const delegation: { gains: PlannedDelegation[]; losses: PlannedDelegation[] } = {
    gains: [],
    losses: [],
  };
  const publisherGains = new Set<string>();

  for (const subject of [...clients].sort(byName)) {
    const client = subject.clientId;
    const roles = heldRoles(subject, now);
    const key = roles.join('\n');
    const shift = known.get(key) ?? shiftOf(roles, shifts);
    known.set(key, shift);
    const disabled = subject.enabled ? {} : ({ disabled: true } as const);

    for (const { role, scope, comes } of shift.gains) {
      gains.push({ client, role, scope, ...(comes ? { revived: true } : {}), ...disabled });
      if (client === publisher) publisherGains.add(scope);
    }
    if (client === publisher) {
      for (const scope of movedScopes(roles, shifts, before, after)) publisherGains.add(scope);
    }
    for (const { role, scope } of shift.losses) losses.push({ client, role, scope, ...disabled });
    const reach = delegationShift(before, after, subject, now);
    delegation.losses.push(...reach.losses);
    for (const gain of reach.gains) {
      delegation.gains.push(gain);
      if (client === publisher) publisherGains.add(gain.scope);
    }
    for (const role of roles) {
      if (shifts.get(role)?.comes === true) revived.push({ client, role });
      if (shifts.get(role)?.goes === true) dormant.push({ client, role });
    }
    for (const { name, audience } of subject.resourceServers) {
      const counted = before.resourceServers.get(name)?.audience === audience;
      const counts = after.resourceServers.get(name)?.audience === audience;
      const credential = { client, resourceServer: name, audience };
      if (counted && !counts) suspended.push(credential);
      if (counts && !counted) resumed.push(credential);
    }
    const broken = missingDefaults(subject, roles, shifts, before, after);
    for (const scope of broken) brokenDefaults.push({ client, scope });
  }

  const plan = {
    gains,
    losses,
    changes: diffCatalogs(before, after),
    revived,
    dormant,
    suspended,
    resumed,
    delegation,
    publisherGains: [...publisherGains].sort(),
    brokenDefaults,
  };
  return { ...plan, summary: summarize(plan, { before, after, now, publisher }) };
}

const byName = (a: PlanClient, b: PlanClient): number => (a.clientId < b.clientId ? -1 : 1);

function heldRoles({ assignments }: PlanClient, now: number): string[] {
  const held = assignments.filter((assignment) => isHeld(assignment, now));
  return [...new Set(held.map(({ role }) => role))].sort();
}

/**
 * Scopes of these roles that belong to another audience after than before: under the same name, power at a server
 * where it was none. Whoever could move what it holds to any server would need no other gain.
 */
function movedScopes(
  roles: readonly string[],
  shifts: ReadonlyMap<string, RoleShift>,
  before: CompiledCatalog,
  after: CompiledCatalog,
): string[] {
  const held = roles.flatMap((role) => [...(shifts.get(role)?.after ?? [])]);
  return held.filter((scope) => {
    const was = before.scopes.get(scope);
    return was !== undefined && was.audience !== after.scopes.get(scope)?.audience;
  });
}

/** Default scopes that could be granted before and cannot after, or are of another audience than the first that can. */
function missingDefaults(
  { defaultScopes }: PlanClient,
  roles: readonly string[],
  shifts: ReadonlyMap<string, RoleShift>,
  before: CompiledCatalog,
  after: CompiledCatalog,
): string[] {
  if (defaultScopes.length === 0) return [];
  const could = defaultScopes.filter((scope) =>
    roles.some((role) => shifts.get(role)?.before.has(scope)),
  );
  const can = could.filter((scope) => roles.some((role) => shifts.get(role)?.after.has(scope)));
  const wasOne = new Set(could.map((scope) => before.scopes.get(scope)?.audience)).size === 1;
  const [first] = can.map((scope) => after.scopes.get(scope)?.audience);
  return could.filter(
    (scope) => !can.includes(scope) || (wasOne && after.scopes.get(scope)?.audience !== first),
  );
}
