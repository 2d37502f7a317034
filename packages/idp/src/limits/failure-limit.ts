import { networkOf } from '../network.ts';
import { countHere } from './counting.ts';
import type { Counting } from './counting.ts';

/** So many failures are answered as what they are. */
const FREE_FAILURES = 5;
/** The longest that anybody is told to wait. */
const DELAY_SECONDS_MAX = 60;
/** From so many failures beyond the free ones on, everybody is told to wait for that long. */
const DOUBLINGS = 1 + Math.ceil(Math.log2(DELAY_SECONDS_MAX));

/** Who tries to be somebody: from where, and as which client; without one where an access token was shown. */
export interface Attempt {
  /** Absent where the connection is gone. */
  readonly address: string | undefined;
  /** As it was claimed, whether there is such a client or not. */
  readonly client?: string;
}

/**
 * The limit on attempts to authenticate that failed. INVARIANT: it is asked after a credential was found wrong, so that
 * it never stands between anybody and a right one, whoever else fails as the same client or from the same address.
 */
export interface FailureLimit {
  /**
   * Counts a failure; tells how many seconds to wait before another, doubling up to a minute, or
   * undefined as long as there were few.
   */
  count(attempt: Attempt): Promise<number | undefined>;
  /** Begins anew, since the credential was right; the failures from other addresses are counted on. */
  forget(attempt: Attempt): void;
}

/** Makes a limit that lets so many failures pass; a client by another address, or another client, is counted apart. */
export function createFailureLimit(
  freeFailures = FREE_FAILURES,
  counting: Counting = countHere,
): FailureLimit {
  const limiter = counting('failures', freeFailures + DOUBLINGS);
  return {
    async count(attempt) {
      const { used } = await limiter.count(keyOf(attempt));
      return used > freeFailures
        ? Math.min(2 ** (used - freeFailures - 1), DELAY_SECONDS_MAX)
        : undefined;
    },
    forget(attempt) {
      limiter.forget(keyOf(attempt));
    },
  };
}

/** A claimed name may be as long as its header; no client has a name that long. */
const CLAIM_MAX_LENGTH = 128;

const keyOf = ({ address, client }: Attempt): string =>
  client === undefined
    ? networkOf(address)
    : `${networkOf(address)} ${client.slice(0, CLAIM_MAX_LENGTH)}`;
