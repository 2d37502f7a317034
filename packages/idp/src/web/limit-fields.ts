import type { LimitState } from '../limits/limit-state.ts';

/** So many limits are told at most; fields have to fit where proxies bound them. */
const TOLD_MAX = 10;

/**
 * Where limits stand, the first ten of them, by the fields `RateLimit-Policy` and `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers): lists of names with parameters (RFC 9651 §3.1).
 *
 * INVARIANT: the names are `client` and scopes, so that they need no escape.
 */
export function limitFields(states: readonly LimitState[]): Readonly<Record<string, string>> {
  if (states.length === 0) return {};
  const told = states.slice(0, TOLD_MAX);
  const list = (parameters: (state: LimitState) => string): string =>
    told.map((state) => `"${state.name}";${parameters(state)}`).join(', ');
  return {
    'RateLimit-Policy': list(({ limit, windowSeconds }) => `q=${limit};w=${windowSeconds}`),
    RateLimit: list(({ remaining, resetsInSeconds }) => `r=${remaining};t=${resetsInSeconds}`),
  };
}
