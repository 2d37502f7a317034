import type { Log } from '../log/log.ts';

/** Resolves when the process is told to stop by SIGTERM or SIGINT, which from now on is heeded. */
export const untilTold = (log: Log): Promise<void> =>
  new Promise((resolve) => {
    const told = (signal: NodeJS.Signals): void => {
      log.info('stopping', { signal });
      resolve();
    };
    process.once('SIGTERM', told);
    process.once('SIGINT', told);
  });

/** Leaves both signals to the process that looks after this one: they reach whole groups of processes. */
export function ignoreSignals(): void {
  process.on('SIGTERM', () => undefined);
  process.on('SIGINT', () => undefined);
}
