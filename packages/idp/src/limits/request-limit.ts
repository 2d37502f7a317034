import { COUNTED, countHere } from './counting.ts';
import type { Counting } from './counting.ts';
import type { LimitState } from './limit-state.ts';

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
export function createRequestLimit(
  perMinute: number,
  counting: Counting = countHere,
): RequestLimit {
  if (perMinute === 0) return { count: () => Promise.resolve(undefined) };
  const limiter = counting('requests', perMinute + 1);
  return {
    async count(clientId) {
      const { used, resetsInMs } = await limiter.count(clientId);
      return {
        name: 'client',
        limit: perMinute,
        windowSeconds: COUNTED.requests.windowSeconds,
        remaining: Math.max(0, perMinute - used),
        resetsInSeconds: Math.max(1, Math.ceil(resetsInMs / 1000)),
        exceeded: used > perMinute,
      };
    },
  };
}
