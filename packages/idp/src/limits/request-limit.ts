import { RateLimiterMemory } from 'rate-limiter-flexible';
import { boundLimiter } from './bounded-limiter.ts';
import type { LimitState } from './limit-state.ts';

/** Of so many clients at most the requests are counted at once; of those beyond, whoever was quiet longest is let off. */
const COUNTED_CLIENTS_MAX = 50_000;

const WINDOW_SECONDS = 60;

/** A request as the limit of its client counts it. */
export interface CountedRequest extends LimitState {
  /** It is one more than the limit allows. */
  readonly exceeded: boolean;
}

/** The limit on the requests of each client, whichever endpoint they are for. */
export interface RequestLimit {
  /**
   * Counts a request; undefined where there is no limit. INVARIANT: to be called for the client that has just been
   * authenticated and for no other, so that nobody uses up the limit of somebody else.
   */
  count(clientId: string): Promise<CountedRequest | undefined>;
}

/** Makes a limit of so many requests a minute for each client; 0 makes none. */
export function createRequestLimit(perMinute: number): RequestLimit {
  if (perMinute === 0) return { count: () => Promise.resolve(undefined) };
  const limiter = boundLimiter(
    new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS, keyPrefix: '' }),
    COUNTED_CLIENTS_MAX,
  );
  return {
    async count(clientId) {
      const { used, resetsInSeconds } = await limiter.count(clientId);
      return {
        name: 'client',
        limit: perMinute,
        windowSeconds: WINDOW_SECONDS,
        remaining: Math.max(0, perMinute - used),
        resetsInSeconds,
        exceeded: used > perMinute,
      };
    },
  };
}
