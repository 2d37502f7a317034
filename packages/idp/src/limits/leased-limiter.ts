import { LRUCache } from 'lru-cache';
import type { Count, Limiter } from './bounded-limiter.ts';

/** What counts for all processes of a server, as one of them reaches it. */
export interface SharedLimiter {
  /** Counts a key so many times; gives what that comes to. */
  count(key: string, times: number): Promise<Count>;
  forget(key: string): void;
}

/** A limiter that leases from a shared one. */
export interface LeasedLimiter extends Limiter {
  /** Is to be told that another process has begun to count a key that may be forgotten. */
  begun(key: string): void;
  /** Is to be told that another process had a key forgotten. */
  forgotten(key: string): void;
}

/** How a limiter leases. */
export interface LeaseOptions {
  /** How many processes lease. */
  readonly processes: number;
  /** Beyond this number nobody needs to know how often a key was counted. */
  readonly enough: number;
  readonly keysMax: number;
}

/** All leases together are this part of what is enough at most: by so much of it somebody may be refused too early. */
const LEASED_PART = 1 / 100;

/** Numbers of a key that this process may give out: from `next` to `last`, until the window ends. */
interface Lease {
  next: number;
  readonly last: number;
  /** By the clock of `performance`. */
  readonly until: number;
  readonly size: number;
}

/** Nothing to give out. */
const NONE: Lease = { next: 1, last: 0, until: 0, size: 0 };

/**
 * Counts for all processes of a server without asking for each time: a process leases the numbers that come next, twice as
 * many each time, and gives them out by itself.
 *
 * INVARIANT: no number is given out twice, so whatever the number of processes, a limit lets through no more than it says. What
 * others have leased and not given out is missing, a hundredth of it at the most; a limit below a hundred for each process is
 * kept exactly.
 */
export function createLeasedLimiter(
  shared: SharedLimiter,
  { processes, enough, keysMax }: LeaseOptions,
): LeasedLimiter {
  const leaseMost = Math.max(1, Math.floor((enough * LEASED_PART) / processes));
  const leases = new LRUCache<string, Lease>({ max: keysMax });
  /** How many wait for a number, and the lease that is on its way to them. */
  const asking = new Map<string, { waiting: number; asked?: Promise<void> | undefined }>();

  const lease = async (key: string, times: number): Promise<void> => {
    const { used, resetsInMs } = await shared.count(key, times);
    leases.set(key, {
      next: used - times + 1,
      last: used,
      until: performance.now() + resetsInMs,
      size: times,
    });
  };
  /** Resolves with the number that is next, once there is one; whoever waits for the same lease shares it. */
  const wait = async (key: string): Promise<Count> => {
    const queue = asking.get(key) ?? { waiting: 0 };
    asking.set(key, queue);
    queue.waiting += 1;
    try {
      for (;;) {
        const { size, until } = leases.get(key) ?? NONE;
        const grown = until > performance.now() ? size * 2 : 1;
        queue.asked ??= lease(key, Math.max(queue.waiting, Math.min(grown, leaseMost))).finally(
          () => {
            queue.asked = undefined;
          },
        );
        await queue.asked;
        const taken = take(key);
        if (taken) return taken;
      }
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) asking.delete(key);
    }
  };
  const take = (key: string): Count | undefined => {
    const held = leases.get(key) ?? NONE;
    const resetsInMs = held.until - performance.now();
    if (resetsInMs <= 0) return undefined;
    if (held.next <= held.last) {
      const used = held.next;
      held.next += 1;
      return { used, resetsInMs };
    }
    return held.last >= enough ? { used: held.last, resetsInMs } : undefined;
  };

  return {
    count: async (key) => take(key) ?? wait(key),
    forget(key) {
      if (!leases.delete(key)) return;
      shared.forget(key);
    },
    begun(key) {
      if (!leases.has(key)) leases.set(key, { ...NONE });
    },
    forgotten(key) {
      leases.delete(key);
    },
  };
}
