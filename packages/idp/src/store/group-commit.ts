import { setImmediate } from 'node:timers/promises';
import { pause } from './patience.ts';
import { faultOf } from './unavailable.ts';

interface Write {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Until when it waits while another process holds the database. */
  readonly until: number;
}

/**
 * Runs a small write in a transaction that it shares with others, and resolves once that is committed. Where another
 * process holds the database, it is tried again for `patienceMs`.
 */
export type InGroup = <T>(work: () => T, patienceMs: number) => Promise<T>;

/** A group of so many waits for nobody more; whoever came first waits no longer than these take. */
const ENOUGH = 32;

/**
 * Commits small writes in groups: a group is joined until a turn of the event loop brings nobody, and shares a transaction.
 *
 * Nobody is told before the group has committed, so what must be on record before it is on the wire is. No group waits
 * while there is nothing else to do; on a busy server the pages that every record touches are written once a group instead
 * of once a record. A write that throws is refused alone, and the others are committed without it; when the transaction itself
 * cannot begin or commit, all of them are refused and nothing is left behind. While another process holds the database
 * the group waits and grows, and each write leaves it when its own patience is over. `committed` is told of each group
 * that is on the disk: how many writes it held, and when it began by `performance.now()`.
 */
export function createGroupCommit(
  transact: (work: () => void) => Promise<void>,
  committed: (writes: number, startedAt: number) => void = () => undefined,
): InGroup {
  const queue: Write[] = [];
  let running = false;

  /** Commits a group; gives those of it that are to be tried again. */
  const commit = async (group: readonly Write[]): Promise<readonly Write[]> => {
    const at: { write?: Write | undefined } = {};
    const startedAt = performance.now();
    try {
      await transact(() => {
        for (const write of group) {
          at.write = write;
          write.run();
        }
        at.write = undefined;
      });
    } catch (error) {
      const fault = faultOf(error);
      if (fault === 'locked') return waitLonger(group, error);
      const culprits = fault === undefined && at.write ? [at.write] : group;
      for (const { reject } of culprits) reject(error);
      return group.filter((write) => !culprits.includes(write));
    }
    committed(group.length, startedAt);
    for (const { resolve } of group) resolve();
    return [];
  };

  const waitLonger = async (group: readonly Write[], error: unknown): Promise<readonly Write[]> => {
    const now = performance.now();
    for (const { until, reject } of group) if (until <= now) reject(error);
    const patient = group.filter(({ until }) => until > now);
    if (patient.length > 0) await pause();
    return patient;
  };

  /** Resolves after a turn of the event loop that brought nobody more, or once there are enough. */
  const gather = async (): Promise<void> => {
    let there = 0;
    let before: number;
    do {
      before = there;
      await setImmediate();
      there = queue.length;
    } while (there > before && there < ENOUGH);
  };

  const run = async (): Promise<void> => {
    do {
      await gather();
      queue.unshift(...(await commit(queue.splice(0))));
    } while (queue.length > 0);
    running = false;
  };

  return <T>(work: () => T, patienceMs: number) =>
    new Promise<T>((resolve, reject) => {
      let result: T;
      if (!running) {
        running = true;
        void run();
      }
      queue.push({
        run: () => (result = work()),
        resolve: () => {
          resolve(result);
        },
        reject,
        until: performance.now() + patienceMs,
      });
    });
}
