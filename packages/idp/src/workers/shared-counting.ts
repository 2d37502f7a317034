import type { BoundedLimiter, Count } from '../limits/bounded-limiter.ts';
import { COUNTED, countHere } from '../limits/counting.ts';
import type { CountedName, Counting } from '../limits/counting.ts';
import { createLeasedLimiter } from '../limits/leased-limiter.ts';
import type { LeasedLimiter } from '../limits/leased-limiter.ts';
import type { CountedKey, PrimaryCalls } from './calls.ts';
import type { Channel } from './channel.ts';

/** Counts for all workers, where they are looked after. */
export interface Counters {
  count(key: CountedKey & { readonly times: number }): Promise<Count>;
  forget(key: CountedKey): void;
}

/** Makes the counters of all workers; `tellAll` says to each of them what others may have at hand. */
export function createCounters(
  tellAll: (what: 'begun' | 'forgotten', key: CountedKey) => void,
): Counters {
  const limiters = Object.fromEntries(
    (Object.keys(COUNTED) as CountedName[]).map((name) => [name, countHere(name)]),
  ) as Record<CountedName, BoundedLimiter>;
  return {
    async count({ counted, key, times }) {
      const count = await limiters[counted].count(key, times);
      // Only failures are ever forgotten, by whichever worker the right credential comes to.
      if (counted === 'failures' && count.used === times) tellAll('begun', { counted, key });
      return count;
    },
    forget({ counted, key }) {
      limiters[counted].forget(key);
      tellAll('forgotten', { counted, key });
    },
  };
}

/** What is counted by all workers together, as one of them counts. */
export interface SharedCounting {
  readonly counting: Counting;
  begun(key: CountedKey): void;
  forgotten(key: CountedKey): void;
}

/** Makes the counting of a worker. */
export function createSharedCounting(
  primary: Pick<Channel<PrimaryCalls>, 'ask' | 'tell'>,
  workers: number,
): SharedCounting {
  const made = new Map<CountedName, LeasedLimiter>();
  return {
    counting(counted, enough) {
      const limiter = createLeasedLimiter(
        {
          count: (key, times) => primary.ask('count', { counted, key, times }),
          forget: (key) => {
            primary.tell('forget', { counted, key });
          },
        },
        { processes: workers, enough, keysMax: COUNTED[counted].keysMax },
      );
      made.set(counted, limiter);
      return limiter;
    },
    begun: ({ counted, key }) => made.get(counted)?.begun(key),
    forgotten: ({ counted, key }) => made.get(counted)?.forgotten(key),
  };
}
