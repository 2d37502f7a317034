import { LRUCache } from 'lru-cache';
import type { RateLimiterMemory } from 'rate-limiter-flexible';

/** How often a key was counted in the window that is open, and for how long that still is. */
export interface Count {
  readonly used: number;
  /** Whole seconds, at least one. */
  readonly resetsInSeconds: number;
}

/** Counts by key in fixed windows, each of which begins with the first count. */
export interface BoundedLimiter {
  count(key: string): Promise<Count>;
  /** Counts a key from nothing again. */
  forget(key: string): void;
}

/**
 * Bounds a limiter of the library, which would keep as many keys as anybody can think of: with the one too many, it
 * forgets the key that was not counted for longest. It counts what is over its limit as well, and never rejects.
 *
 * The library reads the clock of the machine; what is counted is of this process alone.
 */
export function boundLimiter(limiter: RateLimiterMemory, keysMax: number): BoundedLimiter {
  const keys = new LRUCache<string, true>({
    max: keysMax,
    dispose(_, key) {
      void limiter.delete(key);
    },
  });
  return {
    async count(key) {
      if (keys.get(key) === undefined) keys.set(key, true);
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
      return {
        used: consumedPoints,
        resetsInSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      };
    },
    forget(key) {
      keys.delete(key);
    },
  };
}
