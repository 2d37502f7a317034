import { LRUCache } from 'lru-cache';
import type { RateLimiterMemory } from 'rate-limiter-flexible';

/** How often a key was counted in the window that is open, and for how long that still is. */
export interface Count {
  readonly used: number;
  readonly resetsInMs: number;
}

/** Counts by key in fixed windows, each of which begins with the first count. */
export interface Limiter {
  count(key: string): Promise<Count>;
  /** Counts a key from nothing again. */
  forget(key: string): void;
}

/** A limiter that can count a key so many times at once. */
export interface BoundedLimiter extends Limiter {
  count(key: string, times?: number): Promise<Count>;
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
    async count(key, times = 1) {
      if (keys.get(key) === undefined) keys.set(key, true);
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, times);
      return { used: consumedPoints, resetsInMs: msBeforeNext };
    },
    forget(key) {
      keys.delete(key);
    },
  };
}
