import { setImmediate } from 'node:timers/promises';

/**
 * Shares reads: whoever asks before one has begun is answered by it, and whoever asks later by the next. So each answer is
 * of a moment after its question, and a busy server reads but a few times for thousands of them.
 */
export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;
  let before: Promise<unknown> = Promise.resolve();
  return () =>
    (next ??= (async () => {
      await before;
      await setImmediate(); // until everybody of this turn has asked
      next = undefined;
      const reading = read();
      before = reading.catch(() => undefined);
      return reading;
    })());
}
