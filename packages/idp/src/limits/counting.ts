import { RateLimiterMemory } from 'rate-limiter-flexible';
import { boundLimiter } from './bounded-limiter.ts';
import type { BoundedLimiter, Limiter } from './bounded-limiter.ts';

/** What is counted, for how long, and of how many keys at once; of those beyond, whoever was quiet longest is let off. */
export const COUNTED = {
  /** By client. */
  requests: { windowSeconds: 60, keysMax: 20_000 },
  /** By address and claimed client, from the first failure on. */
  failures: { windowSeconds: 600, keysMax: 20_000 },
} as const satisfies Readonly<Record<string, { windowSeconds: number; keysMax: number }>>;

/** One of {@link COUNTED}. */
export type CountedName = keyof typeof COUNTED;

/**
 * Makes what counts something: in this process, or in all processes of a server together. Beyond `enough` nobody needs to
 * know how often exactly, so that need not be counted any more.
 */
export type Counting = (name: CountedName, enough: number) => Limiter;

/** Counts in this process. */
export function countHere(name: CountedName): BoundedLimiter {
  const { windowSeconds, keysMax } = COUNTED[name];
  const limiter = new RateLimiterMemory({ points: 1, duration: windowSeconds, keyPrefix: '' });
  return boundLimiter(limiter, keysMax);
}
