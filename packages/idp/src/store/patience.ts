import { setTimeout } from 'node:timers/promises';
import { faultOf } from './unavailable.ts';

/** How long whoever found the database locked waits before trying again. */
const RETRY_MS = 5;

/** Lets others have their turn, this process's requests among them, before the next attempt. */
export const pause = (): Promise<unknown> => setTimeout(RETRY_MS);

/** Tries again while another process holds the database, at least once and for `patienceMs` at most. */
export type Patiently = <T>(attempt: () => Promise<T>, patienceMs: number) => Promise<T>;

/**
 * Makes the waiting room of a database, since the engine itself must not wait: it would hold up the whole process. However
 * many wait, one looks after whether the database is free.
 */
export function createWaitingRoom(isFree: () => Promise<boolean>): Patiently {
  let waiting = 0;
  let watch: Promise<void> | undefined;

  const untilFree = async (): Promise<void> => {
    while (waiting > 0 && !(await isFree())) await pause();
  };
  const wait = async (forMs: number): Promise<void> => {
    waiting += 1;
    try {
      watch ??= untilFree().finally(() => {
        watch = undefined;
      });
      await Promise.race([watch, setTimeout(forMs, undefined, { ref: false })]);
    } finally {
      waiting -= 1;
    }
  };

  return async (attempt, patienceMs) => {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const left = until - performance.now();
        if (faultOf(error) !== 'locked' || left <= 0) throw error;
        await wait(left);
      }
    }
  };
}
