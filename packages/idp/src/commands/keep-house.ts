import type { Ambit } from '../compose.ts';
import type { Config } from '../config/config.ts';

/** How often the house is looked after: keys that are due, and what no token depends on any more. */
const HOUSEKEEPING_MS = 30_000;

/** What is done now and then. */
export interface Keeping {
  stop(): void;
}

/** Looks after what a process has to look after; a worker signs no checkpoints. */
export function keepHouse(
  ambit: Pick<Ambit, 'housekeep' | 'checkpoint'>,
  { audit }: Pick<Config, 'audit'>,
  { isWorker }: { readonly isWorker: boolean } = { isWorker: false },
): Keeping {
  const timers = [setInterval(() => void ambit.housekeep(), HOUSEKEEPING_MS)];
  if (!isWorker) {
    timers.push(setInterval(() => void ambit.checkpoint(), audit.checkpointSeconds * 1000));
  }
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
