import type { Log } from '../log/log.ts';

/** How often a worker is asked whether it is there. */
const ASKED_EVERY_MS = 5_000;
/** Whoever has not answered so many times in a row does not answer requests either. */
const MISSED_MOST = 4;

/** A worker, as far as it is watched. */
export interface WatchedWorker {
  readonly number: number;
  /** Resolves when it answers. */
  ask(): Promise<unknown>;
  kill(): void;
}

/**
 * Watches that workers answer, and kills whoever does not: it would keep its connections waiting without end, and the server
 * from being ready. It is replaced as soon as it has ended.
 */
export function watchWorkers(
  workers: () => readonly WatchedWorker[],
  log: Pick<Log, 'error'>,
): { stop(): void } {
  const missed = new WeakMap<object, number>();
  const look = (worker: WatchedWorker): void => {
    const count = missed.get(worker) ?? 0;
    if (count >= MISSED_MOST) {
      log.error('worker does not answer and is killed', { worker: worker.number });
      worker.kill();
      return;
    }
    missed.set(worker, count + 1);
    worker.ask().then(
      () => missed.set(worker, 0),
      () => undefined, // it has ended, which its replacement is told of
    );
  };
  const timer = setInterval(() => {
    for (const worker of workers()) look(worker);
  }, ASKED_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
    },
  };
}
