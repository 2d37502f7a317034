import { isReservedName } from '../built-in.ts';
import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { DelegationEntry } from '../document.ts';
import { DELEGATION_DEPTH_MAX } from '../schema.ts';
import { scopeState } from '../scope-state.ts';
import type { ScopeState } from '../scope-state.ts';
import { suggestNames } from '../suggest-names.ts';
import { isAddressedTo, rulesFor, sourceOf } from './delegation-step.ts';
import type { DelegationStep } from './delegation-step.ts';
import type { DelegationClient, ScopeSource } from './delegation-terms.ts';
import { isEntitled } from './entitlement.ts';
import { holdsReservedRole } from './governance.ts';

/** One fact that bears on whether an actor may be granted a scope on behalf of somebody else. */
export type DelegationReason =
  | { readonly code: 'scope_unknown'; readonly nearest: readonly string[] }
  | { readonly code: 'scope_reserved' }
  | { readonly code: 'scope_retired'; readonly sunset: string; readonly successor?: string }
  | { readonly code: 'client_disabled' }
  | {
      readonly code: 'holding_unknown';
      readonly scope: string;
      readonly nearest: readonly string[];
    }
  /** Such a scope is held in no live token. */
  | { readonly code: 'holding_dead'; readonly scope: string }
  /** No token carries scopes of two audiences. */
  | { readonly code: 'holding_mixed'; readonly audiences: readonly string[] }
  /**
   * The actor is no credential of the resource server where such a token is good, so nobody has
   * reason to send it one.
   */
  | {
      readonly code: 'not_addressed';
      readonly audience: string;
      readonly resourceServer: string;
    }
  | { readonly code: 'actor_governs' }
  /** Step (a): the subject token carries it, and the actor is or is not entitled to it. */
  | { readonly code: 'carried'; readonly entitled: boolean }
  | { readonly code: 'not_carried' }
  /** Step (b). */
  | { readonly code: 'rule_grants'; readonly rule: number }
  | { readonly code: 'rule_lacks'; readonly rule: number; readonly missing: readonly string[] }
  | { readonly code: 'rule_names_another'; readonly rule: number }
  | { readonly code: 'no_rule_lists' };

/** A rule that lists the scope, as it looks to the actor. */
export interface RuleView {
  /** Its place in the document, counted from 0. */
  readonly rule: number;
  readonly actor: DelegationEntry['actor'];
  /** Whether it names this client, or a role that it holds now. */
  readonly namesActor: boolean;
  readonly holding: readonly string[];
  /** What of that would not be held. */
  readonly missing: readonly string[];
  readonly maxDepth: number;
}

/**
 * Why an actor would, or would not, be granted a scope on behalf of whoever holds certain scopes.
 */
export interface DelegationExplanation {
  readonly client: string;
  readonly scope: string;
  readonly holding: readonly string[];
  readonly granted: boolean;
  /** By which step, where it is granted. */
  readonly by?: 'carried' | 'rule';
  readonly state: ScopeState | 'unknown';
  /**
   * What it is granted by, or else everything that stands in the way; most telling first, never
   * empty.
   */
  readonly reasons: readonly DelegationReason[];
  /** Every rule that lists the scope, in the order of the document. */
  readonly rules: readonly RuleView[];
}

/**
 * Explains what an exchange would come to: somebody else's token, that carries what is held and
 * nothing more, is sent to the actor, who asks for one scope on its behalf as the first to do so.
 */
export function explainDelegation(
  catalog: CompiledCatalog,
  actor: DelegationClient,
  scope: string,
  holding: readonly string[],
  now: number,
): DelegationExplanation {
  const compiled = catalog.scopes.get(scope);
  const state = compiled === undefined ? 'unknown' : scopeState(compiled, now);
  const token = tokenFaults(catalog, actor, holding, now);
  const governs: DelegationReason[] = holdsReservedRole(actor, now)
    ? [{ code: 'actor_governs' }]
    : [];
  const obstacles = [...scopeFaults(catalog, scope, now), ...actorFaults(actor), ...token];
  const step: DelegationStep = {
    actor,
    carried: new Set(holding),
    bar: governs.length > 0 ? 'actor_governs' : undefined,
    depth: 1,
  };
  const source = obstacles.length > 0 ? undefined : sourceOf(catalog, step, scope, now);
  const rules = rulesListing(catalog, actor, scope, step.carried, now);
  const carried: DelegationReason = step.carried.has(scope)
    ? { code: 'carried', entitled: isEntitled(catalog, actor, scope, now) }
    : { code: 'not_carried' };
  const walked = rules.map(reasonOfRule).toSorted((a, b) => RANK[a.code] - RANK[b.code]);
  const against: DelegationReason[] = rules.length === 0 ? [{ code: 'no_rule_lists' }] : walked;
  const granting: Readonly<Record<ScopeSource['by'], readonly DelegationReason[]>> = {
    carried: [carried],
    rule: walked.filter(({ code }) => code === 'rule_grants'),
  };
  const refusing =
    state === 'unknown' ? obstacles : [...obstacles, carried, ...governs, ...against];
  return {
    client: actor.clientId,
    scope,
    holding,
    granted: source !== undefined,
    ...(source === undefined ? {} : { by: source.by }),
    state,
    reasons: source === undefined ? refusing : granting[source.by],
    rules,
  };
}

function scopeFaults(catalog: CompiledCatalog, name: string, now: number): DelegationReason[] {
  const scope = catalog.scopes.get(name);
  if (scope === undefined) {
    return [{ code: 'scope_unknown', nearest: suggestNames(name, catalog.scopes.keys()) }];
  }
  if (isReservedName(name)) return [{ code: 'scope_reserved' }];
  if (scopeState(scope, now) !== 'retired') return [];
  const { sunset = '', successor } = scope.deprecated ?? {};
  return [{ code: 'scope_retired', sunset, ...(successor === undefined ? {} : { successor }) }];
}

const actorFaults = (actor: DelegationClient): DelegationReason[] =>
  actor.enabled ? [] : [{ code: 'client_disabled' }];

/** Nearest names are looked for so often in one explanation: each search is a walk over all scopes. */
const SEARCHES_MAX = 10;

/** Why there can be no such token, or none that is sent to the actor. */
function tokenFaults(
  catalog: CompiledCatalog,
  actor: DelegationClient,
  holding: readonly string[],
  now: number,
): DelegationReason[] {
  const faults = holding.flatMap((name, index): DelegationReason[] => {
    const scope = catalog.scopes.get(name);
    if (scope === undefined) {
      const nearest = index < SEARCHES_MAX ? suggestNames(name, catalog.scopes.keys()) : [];
      return [{ code: 'holding_unknown', scope: name, nearest }];
    }
    const dead = isReservedName(name) || scopeState(scope, now) === 'retired';
    return dead ? [{ code: 'holding_dead', scope: name }] : [];
  });
  if (faults.length > 0) return faults;
  const audiences = [...new Set(holding.map((name) => catalog.scopes.get(name)?.audience ?? ''))];
  if (audiences.length > 1) return [{ code: 'holding_mixed', audiences }];
  return audiences
    .filter((audience) => !isAddressedTo(catalog, actor, { audience }))
    .map((audience) => ({
      code: 'not_addressed',
      audience,
      resourceServer: catalog.resourceServersByAudience.get(audience)?.name ?? '',
    }));
}

function rulesListing(
  catalog: CompiledCatalog,
  actor: DelegationClient,
  scope: string,
  carried: ReadonlySet<string>,
  now: number,
): RuleView[] {
  const naming = new Set([...rulesFor(catalog, actor, scope, now)].map(({ index }) => index));
  return catalog.delegation.flatMap((entry, rule) =>
    entry.may.includes(scope)
      ? [
          {
            rule,
            actor: entry.actor,
            namesActor: naming.has(rule),
            holding: entry.holding,
            missing: entry.holding.filter((held) => !carried.has(held)),
            maxDepth: entry.maxDepth ?? DELEGATION_DEPTH_MAX,
          },
        ]
      : [],
  );
}

function reasonOfRule({ rule, namesActor, missing }: RuleView): RuleReason {
  if (!namesActor) return { code: 'rule_names_another', rule };
  return missing.length > 0 ? { code: 'rule_lacks', rule, missing } : { code: 'rule_grants', rule };
}

type RuleReason = Extract<DelegationReason, { readonly rule: number }>;

const RANK: Readonly<Record<RuleReason['code'], number>> = {
  rule_grants: 0,
  rule_lacks: 1,
  rule_names_another: 2,
};
