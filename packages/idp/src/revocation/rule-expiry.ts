import { LIFETIME_SECONDS_MAX } from '@ambit/scope-catalog';
import { CLOCK_STEP_MS } from '../clock-step.ts';

/** When a rule about one token may be forgotten (ms); `exp` is the token's, in seconds. */
export const expiryAfterToken = (exp: number): number => exp * 1000 + CLOCK_STEP_MS;

/** When a rule about any tokens issued by now may be forgotten (ms): after the longest life a token can have. */
export const expiryAfterAll = (now: number): number =>
  now + LIFETIME_SECONDS_MAX * 1000 + CLOCK_STEP_MS;
