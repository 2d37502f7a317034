import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { DelegationEntry } from '../document.ts';
import { scopeState } from '../scope-state.ts';
import { barTo, isAddressedTo, isIssuedTo, shortfallOf, sourceOf } from './delegation-step.ts';
import type { DelegationStep, StepParties } from './delegation-step.ts';
import type { DelegationClient, DelegationGrant, RuleBar } from './delegation-terms.ts';
import type { FederatedClient, FederationMark } from './federation-terms.ts';
import { decideFederationLiveness } from './federation.ts';
import type { FederationLossReason } from './federation.ts';
import { decideLiveness } from './liveness.ts';

/** The token at the root of a chain: the one that no exchange made. */
export interface ChainRoot {
  readonly jti: string;
  readonly sub: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** The rule it was issued under, when it is a workload's. */
  readonly federation?: FederationMark;
}

/** A client as far as chains concern it. */
export type ChainClient = DelegationClient & FederatedClient;

/**
 * A scope with the step it came by: (a) carried, or (b) by a rule, as far as that concerned it and
 * as it read at the time.
 */
export type DerivedScope =
  | { readonly scope: string; readonly by: 'carried' }
  | { readonly scope: string; readonly by: 'rule'; readonly rule: DelegationEntry };

/** One exchange, as it is stored until its token expires. Times are seconds since the epoch. */
export interface DerivationStep {
  readonly jti: string;
  readonly parentJti: string;
  /** The client that acted. */
  readonly actor: string;
  readonly audience: string;
  readonly scopes: readonly DerivedScope[];
  readonly catalogVersion: number;
  /** 1 for the first exchange of a chain. */
  readonly depth: number;
  readonly expiresAt: number;
}

/** Why a scope is not live in one token of a chain. */
export type ChainLossReason =
  | FederationLossReason // of these, `rule_removed` is said of delegation rules too
  | RuleBar
  | 'parent_dead' // nothing is left of the token it was derived from
  | 'not_carried' // the token it was derived from has lost it
  | 'not_held' // the token it was derived from has lost what the rule wants held
  | 'too_deep' // the rules allow shorter chains only
  | 'chain_broken'; // the steps do not follow one another

/** A scope that one token of a chain has lost. */
export interface ChainLoss {
  readonly scope: string;
  /** 0 for the root, then each exchange in turn. */
  readonly step: number;
  readonly reason: ChainLossReason;
}

/** What is left of every token of a chain. */
export interface ChainLiveness {
  /** Live scopes of the last token, in its order; with none it is inactive. */
  readonly scopes: readonly string[];
  /** Live scopes of each token, the root's first. */
  readonly live: readonly (readonly string[])[];
  /**
   * What each token has lost, the root's first; the last token's losses are those of the last step.
   */
  readonly lost: readonly ChainLoss[];
}

/**
 * What is stored of an exchange that was granted. Of a rule, that is what it says of the scope it
 * gave, since a rule may list a thousand and give a hundred at once.
 */
export function derivationOf(
  grant: DelegationGrant,
  token: Pick<DerivationStep, 'jti' | 'parentJti' | 'catalogVersion' | 'expiresAt'>,
): DerivationStep {
  const [actor = ''] = grant.actors;
  return {
    ...token,
    actor,
    audience: grant.resourceServer.audience,
    scopes: grant.sources.map((source) =>
      source.by === 'carried'
        ? { scope: source.scope, by: 'carried' }
        : { scope: source.scope, by: 'rule', rule: { ...source.rule.entry, may: [source.scope] } },
    ),
    depth: grant.depth,
  };
}

/**
 * Decides again, now, which scopes of an exchanged token are live: first those of its root, under
 * its federation rule where it has one, then at every exchange from there, by the same two steps
 * that granted them.
 *
 * A scope that a rule gave is live while some rule of the active version gives it to that actor,
 * for what the token before it still carries. Rules have no names and are edited in place; so which
 * rule it is counts for nothing, and what the rules say counts for everything: a `may` that grows
 * kills no token, and one that shrinks does. For the same reason a scope once carried stays live
 * when a rule gives it. What was not in a token when it was issued is never in it.
 *
 * INVARIANT: narrowing anywhere narrows everything below, for nothing is derived from a token of
 * which nothing is left. `clientOf` finds a client by its id; a chain whose steps do not follow one
 * another is dead from there on.
 */
export function decideChainLiveness(
  catalog: CompiledCatalog,
  clientOf: (clientId: string) => ChainClient | undefined,
  root: ChainRoot,
  steps: readonly DerivationStep[],
  now: number,
): ChainLiveness {
  const { federation } = root;
  const { scopes, lost } =
    federation === undefined
      ? decideLiveness(catalog, clientOf(root.clientId), root, now)
      : decideFederationLiveness(catalog, clientOf(root.clientId), { ...root, federation }, now);
  const live: (readonly string[])[] = [scopes];
  const losses: ChainLoss[] = lost.map((loss) => ({ ...loss, step: 0 }));
  let parent: Parent = { ...root, actors: [], live: new Set(scopes) };
  for (const [index, step] of steps.entries()) {
    const decide = scopeDecision(catalog, clientOf(step.actor), parent, step, index + 1, now);
    const kept: string[] = [];
    for (const derived of step.scopes) {
      const reason = decide(derived);
      if (reason === undefined) kept.push(derived.scope);
      else losses.push({ scope: derived.scope, step: index + 1, reason });
    }
    live.push(kept);
    parent = {
      jti: step.jti,
      sub: root.sub,
      clientId: step.actor,
      audience: step.audience,
      actors: [step.actor, ...parent.actors],
      live: new Set(kept),
    };
  }
  return { scopes: live.at(-1) ?? [], live, lost: losses };
}

interface Parent extends StepParties {
  readonly jti: string;
  readonly live: ReadonlySet<string>;
}

/** How each scope of one step is decided: why it is lost, or undefined while it is live. */
function scopeDecision(
  catalog: CompiledCatalog,
  actor: DelegationClient | undefined,
  parent: Parent,
  step: DerivationStep,
  depth: number,
  now: number,
): (derived: DerivedScope) => ChainLossReason | undefined {
  const all = (reason: ChainLossReason) => (): ChainLossReason => reason;
  if (step.parentJti !== parent.jti || step.depth !== depth) return all('chain_broken');
  if (parent.live.size === 0) return all('parent_dead');
  if (actor === undefined) return all('client_unknown');
  if (!actor.enabled) return all('client_disabled');
  if (!isIssuedTo(actor, parent) && !isAddressedTo(catalog, actor, parent)) {
    return all('not_addressed');
  }
  const bar = barTo(catalog, actor, parent, now);
  const exchange: DelegationStep = { actor, carried: parent.live, bar, depth };
  return (derived) => {
    const scope = catalog.scopes.get(derived.scope);
    if (scope === undefined) return 'unknown';
    if (scope.audience !== step.audience) return 'moved';
    if (scopeState(scope, now) === 'retired') return 'retired';
    return sourceOf(catalog, exchange, derived.scope, now) === undefined
      ? lossOf(catalog, exchange, derived, now)
      : undefined;
  };
}

/** Why a scope that neither step grants any more was lost, seen from the step that it came by. */
function lossOf(
  catalog: CompiledCatalog,
  exchange: DelegationStep,
  { scope, by }: DerivedScope,
  now: number,
): ChainLossReason {
  const { carried, closest, bar } = shortfallOf(catalog, exchange, scope, now);
  if (by === 'carried') return carried ? 'not_entitled' : 'not_carried';
  if (closest === undefined) return 'rule_removed';
  if (bar !== undefined) return bar;
  return closest.missing.length > 0 ? 'not_held' : 'too_deep';
}
