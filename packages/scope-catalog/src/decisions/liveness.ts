import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';
import { scopeState } from '../scope-state.ts';
import { isEntitled } from './entitlement.ts';

/** Why a scope that a token carries is not live any more. */
export type LossReason =
  | 'client_unknown' // its client has been deleted
  | 'client_disabled'
  | 'unknown' // the active version does not list it
  | 'moved' // it belongs to another audience now
  | 'retired' // its sunset has passed
  | 'not_entitled'; // none of its client's live roles grants it any more

/** What liveness needs to know of a token. */
export interface LivenessSubject {
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** What is left of a token's scopes. */
export interface LivenessDecision {
  /** Live scopes in the token's order; a token with none is inactive. */
  readonly scopes: readonly string[];
  readonly lost: readonly { readonly scope: string; readonly reason: LossReason }[];
}

/**
 * Decides again, now, which scopes of an issued token its client would still be entitled to under the same audience.
 *
 * Narrowing takes effect at once; widening never reaches an issued token, since nothing but its own scopes is looked
 * at.
 */
export function decideLiveness(
  catalog: CompiledCatalog,
  principal: Principal | undefined,
  token: LivenessSubject,
  now: number,
): LivenessDecision {
  const scopes: string[] = [];
  const lost: { scope: string; reason: LossReason }[] = [];
  for (const scope of token.scopes) {
    const reason = lossOf(catalog, principal, scope, token.audience, now);
    if (reason === undefined) scopes.push(scope);
    else lost.push({ scope, reason });
  }
  return { scopes, lost };
}

function lossOf(
  catalog: CompiledCatalog,
  principal: Principal | undefined,
  name: string,
  audience: string,
  now: number,
): LossReason | undefined {
  if (principal === undefined) return 'client_unknown';
  if (!principal.enabled) return 'client_disabled';
  const scope = catalog.scopes.get(name);
  if (scope === undefined) return 'unknown';
  if (scope.audience !== audience) return 'moved';
  if (scopeState(scope, now) === 'retired') return 'retired';
  return isEntitled(catalog, principal, name, now) ? undefined : 'not_entitled';
}
