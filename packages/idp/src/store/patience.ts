import { setTimeout } from 'node:timers/promises';
import { faultOf } from './unavailable.ts';

/** How long whoever found the database locked waits before trying again. */
const RETRY_MS = 5;

/** Lets others have their turn, this process's requests among them, before the next attempt. */
export const pause = (): Promise<unknown> => setTimeout(RETRY_MS);

/**
 * Tries again while another process holds the database, at least once and for `patienceMs` at most. The wait is between
 * attempts, so it stops nobody else; the engine itself must not wait at all.
 */
export async function patiently<T>(attempt: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (faultOf(error) !== 'locked' || performance.now() >= until) throw error;
      await pause();
    }
  }
}
