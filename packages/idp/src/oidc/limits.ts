import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Context } from 'koa';
import { countRequest } from '../limits/limits.ts';
import type { ClientAttempt, Limits } from '../limits/limits.ts';
import { requestState } from '../oauth/request-state.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { limitFields } from '../web/limit-fields.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { claimedClient } from './claimed-client.ts';
import { decideRequest } from './decide-request.ts';

/** A limit is used up: 429 (RFC 6585 §4), with the registered code that comes nearest. */
export class LimitReached extends errors.OIDCProviderError {
  readonly retryAfterSeconds: number;

  constructor(description: string, retryAfterSeconds: number) {
    super(429, 'temporarily_unavailable');
    this.error_description = description;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const limitsOf = new WeakMap<Provider, Limits>();

/** Lets the requests to a provider be limited. */
export function knowLimits(provider: Provider, limits: Limits): void {
  limitsOf.set(provider, limits);
}

function findLimits({ oidc }: KoaContextWithOIDC): Limits {
  const limits = limitsOf.get(oidc.provider);
  if (!limits) throw new Error('the provider was never told of limits');
  return limits;
}

/** Counts the request of a client that has just proved who it is; one too many goes no further. */
export async function limitClient(
  ctx: KoaContextWithOIDC,
  next: () => Promise<void>,
): Promise<void> {
  const client = ctx.oidc.client?.clientId ?? '';
  const state = requestState(ctx);
  const counted = state.counted ?? (await countRequest(findLimits(ctx), attemptOf(ctx, client)));
  if (counted) {
    state.limits = [counted];
    const { exceeded, limit, windowSeconds, resetsInSeconds } = counted;
    if (exceeded) {
      throw new LimitReached(
        `this client may make ${String(limit)} requests in ${String(windowSeconds)} s; try again in ${String(resetsInSeconds)} s`,
        resetsInSeconds,
      );
    }
  }
  return next();
}

/** Counts a token that is granted, and not yet signed, in the quotas of its scopes; one too many is not signed. */
export async function claimQuotas(ctx: KoaContextWithOIDC, subject: string): Promise<void> {
  const state = requestState(ctx);
  const outcome = await findLimits(ctx).quotas.claim(
    state.snapshot.catalog.compiled,
    { scopes: decideRequest(ctx).scopes, clientId: ctx.oidc.client?.clientId ?? '', subject },
    state.now,
  );
  if (!outcome) return;
  const scarcest = outcome.states.toSorted((a, b) => a.remaining - b.remaining);
  state.limits = [...(state.limits ?? []), ...scarcest];
  state.quotas = outcome;
  if (outcome.refusal) {
    throw new LimitReached(outcome.refusal.description, outcome.refusal.retryAfterSeconds);
  }
}

/**
 * Puts what limits have to say into an answer that is otherwise shaped: where they stand, and when to come again. A
 * client that could not prove who it is, too often, is told to wait in the place of `invalid_client`.
 */
export async function answerLimits(
  ctx: Context & KoaContextWithOIDC,
  { error, limits = [], authenticated }: RequestState,
): Promise<void> {
  ctx.set(limitFields(limits));
  if (error instanceof LimitReached) ctx.set('Retry-After', String(error.retryAfterSeconds));
  if (authenticated || error?.error !== 'invalid_client') return;

  const { failures } = findLimits(ctx);
  const seconds = await failures.count(attemptOf(ctx, claimedClient(ctx)));
  if (seconds === undefined) return;
  ctx.status = 429;
  ctx.set('Retry-After', String(seconds));
  ctx.remove('WWW-Authenticate');
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: `client authentication has failed too often from this address; try again in ${String(seconds)} s`,
  };
}

const attemptOf = (ctx: KoaContextWithOIDC, client: string): ClientAttempt => ({
  address: requestOrigin(ctx).address,
  client,
});
