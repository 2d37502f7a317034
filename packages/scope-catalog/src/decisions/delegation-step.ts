import type { CompiledCatalog, CompiledDelegationRule } from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';
import type {
  ClosestRule,
  DelegationClient,
  DelegationShortfall,
  RuleBar,
  ScopeSource,
} from './delegation-terms.ts';
import { isEntitled, isHeld } from './entitlement.ts';
import { holdsReservedRole } from './governance.ts';

/** One exchange, as far as it decides which scopes there may be. */
export interface DelegationStep {
  readonly actor: Principal;
  /** The live scopes of the subject token. */
  readonly carried: ReadonlySet<string>;
  /** What keeps rules from counting; undefined when they count. */
  readonly bar: RuleBar | undefined;
  /** Of the token that the exchange makes. */
  readonly depth: number;
}

/** The subject token's parties, and where it is good. */
export interface StepParties {
  readonly sub: string;
  readonly clientId: string;
  readonly audience: string;
  readonly actors: readonly string[];
}

/** Whether a token was issued to the actor: case (i). */
export const isIssuedTo = (actor: Principal, token: StepParties): boolean =>
  token.clientId === actor.clientId;

/**
 * Whether a token is addressed to the actor's own resource server: case (ii). The actor's
 * credential binds to the server's name and audience both, so it counts only while the catalog has
 * them together.
 */
export const isAddressedTo = (
  catalog: CompiledCatalog,
  actor: DelegationClient,
  token: Pick<StepParties, 'audience'>,
): boolean =>
  actor.resourceServers.some(
    ({ name, audience }) =>
      audience === token.audience && catalog.resourceServers.get(name)?.audience === audience,
  );

/**
 * What keeps rules from counting for an exchange.
 *
 * Only a token that somebody else sent to the actor's own resource server is a mandate. One of the
 * actor's making, or that it has acted on before, is none: otherwise it could lift itself by asking
 * itself.
 */
export function barTo(
  catalog: CompiledCatalog,
  actor: DelegationClient,
  token: StepParties,
  now: number,
): RuleBar | undefined {
  if (!isAddressedTo(catalog, actor, token)) return 'not_addressed';
  if (token.sub === actor.clientId || isIssuedTo(actor, token)) return 'actor_is_subject';
  if (token.actors.includes(actor.clientId)) return 'actor_in_chain';
  return holdsReservedRole(actor, now) ? 'actor_governs' : undefined;
}

/** The rules that name an actor and list a scope, those of its live roles first. */
export function* rulesFor(
  catalog: CompiledCatalog,
  actor: Principal,
  scope: string,
  now: number,
): Generator<CompiledDelegationRule, void> {
  const { byRole, byClient } = catalog.delegationRules;
  for (const assignment of actor.assignments) {
    if (isHeld(assignment, now)) yield* byRole.get(assignment.role)?.get(scope) ?? [];
  }
  yield* byClient.get(actor.clientId)?.get(scope) ?? [];
}

/**
 * By which step one exchange grants a scope: (a) the subject token carries it live and the actor is
 * entitled to it, or (b) rules count, and one that names the actor lists it, has all it wants held,
 * and allows the depth. Undefined when neither does. Both the exchange and every later look at its
 * token decide by this.
 *
 * INVARIANT: nothing else grants a scope along a chain. Where several rules do, the first of the
 * document is told.
 */
export function sourceOf(
  catalog: CompiledCatalog,
  step: DelegationStep,
  scope: string,
  now: number,
): ScopeSource | undefined {
  if (!step.actor.enabled) return undefined;
  if (step.carried.has(scope) && isEntitled(catalog, step.actor, scope, now)) {
    return { by: 'carried' };
  }
  if (step.bar !== undefined) return undefined;
  let first: CompiledDelegationRule | undefined;
  for (const rule of rulesFor(catalog, step.actor, scope, now)) {
    if (first !== undefined && first.index < rule.index) continue;
    if (step.depth <= rule.maxDepth && rule.holding.every((held) => step.carried.has(held))) {
      first = rule;
    }
  }
  return first && { by: 'rule', rule: first };
}

/**
 * How both steps fall short of a scope that {@link sourceOf} does not grant: what is missing, by
 * the closest rule.
 */
export function shortfallOf(
  catalog: CompiledCatalog,
  step: DelegationStep,
  scope: string,
  now: number,
): DelegationShortfall {
  let closest: ClosestRule | undefined;
  for (const { index, holding, maxDepth } of rulesFor(catalog, step.actor, scope, now)) {
    const candidate: ClosestRule = {
      rule: index,
      missing: holding.filter((held) => !step.carried.has(held)),
      ...(step.depth > maxDepth ? { maxDepth } : {}),
    };
    if (closest === undefined || isCloser(candidate, closest)) closest = candidate;
  }
  return {
    carried: step.carried.has(scope),
    entitled: isEntitled(catalog, step.actor, scope, now),
    ...(closest === undefined ? {} : { closest }),
    ...(closest === undefined || step.bar === undefined ? {} : { bar: step.bar }),
  };
}

function isCloser(candidate: ClosestRule, than: ClosestRule): boolean {
  const lacks = lackOf(candidate) - lackOf(than);
  return lacks < 0 || (lacks === 0 && candidate.rule < than.rule);
}

const lackOf = ({ missing, maxDepth }: ClosestRule): number =>
  missing.length + (maxDepth === undefined ? 0 : 1);
