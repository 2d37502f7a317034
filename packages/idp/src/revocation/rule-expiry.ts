import { LIFETIME_SECONDS_MAX } from '@ambit/scope-catalog';

/** By how much the clocks of replicas may differ. */
const CLOCK_SKEW_SECONDS = 60;

/** When a rule about one token may be forgotten (ms); `exp` is the token's, in seconds. */
export const expiryAfterToken = (exp: number): number => (exp + CLOCK_SKEW_SECONDS) * 1000;

/** When a rule about any tokens issued by now may be forgotten (ms): after the longest life a token can have. */
export const expiryAfterAll = (now: number): number =>
  now + (LIFETIME_SECONDS_MAX + CLOCK_SKEW_SECONDS) * 1000;
