import type { CompiledCatalog, RulesByScope } from '../compiled-catalog.ts';
import { isAddressedTo } from '../decisions/delegation-step.ts';
import { isHeld } from '../decisions/entitlement.ts';
import { holdsReservedRole } from '../decisions/governance.ts';
import { scopeState } from '../scope-state.ts';
import { groupedBy } from './wording.ts';
import type { DelegationPlan, PlanClient, PlannedDelegation } from './plan.ts';

/**
 * A scope within an actor's reach: what a subject token must carry for it, and how deep the chain
 * may get.
 */
interface Reach {
  readonly scope: string;
  readonly holding: readonly string[];
  readonly held: ReadonlySet<string>;
  readonly maxDepth: number;
}

/**
 * What comes within an actor's reach by delegation when one catalog takes the place of another, and
 * what goes out of it.
 *
 * Something is within reach when a rule names the actor and the actor is a credential of the
 * resource server at which such subject tokens are good. It is gained when no rule gave it before
 * for as little and for chains as long; and lost the other way round. INVARIANT: exchanging before
 * and after exchanges gains and losses.
 */
export function delegationShift(
  before: CompiledCatalog,
  after: CompiledCatalog,
  client: PlanClient,
  now: number,
): DelegationPlan {
  if (client.resourceServers.length === 0) return { gains: [], losses: [] };
  const [was, is] = [reachOf(before, client, now), reachOf(after, client, now)];
  const disabled = client.enabled ? {} : ({ disabled: true } as const);
  function beyond(here: readonly Reach[], there: readonly Reach[]): PlannedDelegation[] {
    const known = groupedBy(there, ({ scope }) => scope);
    return here
      .filter((reach) => !known.get(reach.scope)?.some((other) => covers(other, reach)))
      .map(({ held: _, ...reach }) => ({ client: client.clientId, ...reach, ...disabled }));
  }
  return { gains: beyond(is, was), losses: beyond(was, is) };
}

/** What is within reach, sorted, without what something else within reach covers. */
function reachOf(catalog: CompiledCatalog, client: PlanClient, now: number): readonly Reach[] {
  if (holdsReservedRole(client, now)) return [];
  const { byRole, byClient } = catalog.delegationRules;
  const naming: RulesByScope[] = [
    ...client.assignments.flatMap((held) =>
      isHeld(held, now) ? (byRole.get(held.role) ?? []) : [],
    ),
    byClient.get(client.clientId) ?? new Map(),
  ];
  const reaches = new Map<string, Reach[]>();
  for (const [scope, rules] of naming.flatMap((one) => [...one])) {
    if (!isLive(catalog, scope, now)) continue;
    for (const { holding, maxDepth } of rules) {
      if (!isUsable(catalog, client, holding, now)) continue;
      const reach = { scope, holding: [...holding].sort(), held: new Set(holding), maxDepth };
      const others = reaches.get(scope) ?? [];
      if (others.some((other) => covers(other, reach))) continue;
      reaches.set(scope, [...others.filter((other) => !covers(reach, other)), reach]);
    }
  }
  return [...reaches.values()].flat().sort(inOrder);
}

function isLive(catalog: CompiledCatalog, name: string, now: number): boolean {
  const scope = catalog.scopes.get(name);
  return scope !== undefined && scopeState(scope, now) !== 'retired';
}

/** Whether one token can carry what is wanted, and be meant for the actor. */
function isUsable(
  catalog: CompiledCatalog,
  client: PlanClient,
  holding: readonly string[],
  now: number,
): boolean {
  if (!holding.every((name) => isLive(catalog, name, now))) return false;
  const wanted = new Set(holding.map((name) => catalog.scopes.get(name)?.audience ?? ''));
  const [audience] = wanted;
  if (audience !== undefined) {
    return wanted.size === 1 && isAddressedTo(catalog, client, { audience });
  }
  return client.resourceServers.some((own) => isAddressedTo(catalog, client, own));
}

/** Whether whatever the second gives, the first gives too. */
const covers = (one: Reach, other: Reach): boolean =>
  one.maxDepth >= other.maxDepth && one.holding.every((held) => other.held.has(held));

function inOrder(a: Reach, b: Reach): number {
  const [one, other] = [textOf(a), textOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

const textOf = ({ scope, holding, maxDepth }: Reach): string =>
  [scope, ...holding, String(maxDepth)].join('\n');
