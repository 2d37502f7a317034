import { setImmediate } from 'node:timers/promises';
import { pause } from '../patience.ts';
import { isPassing } from '../unavailable.ts';

interface Waiting<C, R> {
  readonly command: C;
  /** Until when it is tried again. */
  readonly until: number;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Carries out commands together, all or none; gives what each came to. */
export type CommitBatch<C, R> = (commands: readonly C[]) => Promise<readonly R[]>;

/**
 * Commits commands in batches: one at a time, and whatever comes while one is under way is the next.
 *
 * Where one fails by its own fault, the others of its batch are carried out without it. Where `mayTryAgain` says so of an
 * error, each command is tried again as long as its patience lasts. `committed` is told of every batch: how many commands
 * it held, and when it began by `performance.now()`.
 */
export function createBatches<C, R>({
  commit,
  mayTryAgain,
  most,
  committed,
}: {
  readonly commit: CommitBatch<C, R>;
  readonly mayTryAgain: (error: unknown) => boolean;
  readonly most: number;
  readonly committed: (writes: number, startedAt: number) => void;
}): { write(command: C, patienceMs: number): Promise<R>; atRest(): Promise<void> } {
  const queue: Waiting<C, R>[] = [];
  let running: Promise<void> | undefined;

  /** Carries a batch out; gives those of it that are to be tried again. */
  const attempt = async (batch: readonly Waiting<C, R>[]): Promise<readonly Waiting<C, R>[]> => {
    const startedAt = performance.now();
    try {
      const results = await commit(batch.map(({ command }) => command));
      committed(batch.length, startedAt);
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R);
      return [];
    } catch (error) {
      if (mayTryAgain(error)) return waitLonger(batch, error);
      if (batch.length === 1 || isPassing(error)) {
        for (const { reject } of batch) reject(error);
        return [];
      }
      const again: Waiting<C, R>[] = [];
      for (const one of batch) again.push(...(await attempt([one])));
      return again;
    }
  };

  const waitLonger = async (
    batch: readonly Waiting<C, R>[],
    error: unknown,
  ): Promise<readonly Waiting<C, R>[]> => {
    const now = performance.now();
    for (const { until, reject } of batch) if (until <= now) reject(error);
    const patient = batch.filter(({ until }) => until > now);
    if (patient.length > 0) await pause();
    return patient;
  };

  const run = async (): Promise<void> => {
    do {
      await setImmediate(); // until everybody of this turn has asked
      queue.unshift(...(await attempt(queue.splice(0, most))));
    } while (queue.length > 0);
    running = undefined;
  };

  return {
    write: (command, patienceMs) =>
      new Promise<R>((resolve, reject) => {
        queue.push({ command, resolve, reject, until: performance.now() + patienceMs });
        running ??= run();
      }),
    atRest: async () => running,
  };
}
