import type { Ambit } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/open-storage.ts';

/** How often the house is looked after: keys that are due, and what no token depends on any more. */
const HOUSEKEEPING_MS = 30_000;
/** How often it is looked whether another process has changed anything, besides hearing of it. */
const LOOK_MS = 1_000;

/** What is done now and then. */
export interface Keeping {
  stop(): void;
}

/** Looks after what a process has to look after; a worker signs no checkpoints. */
export function keepHouse(
  ambit: Pick<Ambit, 'housekeep' | 'checkpoint' | 'keepCurrent'>,
  store: Pick<Store, 'follow'>,
  { audit }: Pick<Config, 'audit'>,
  { isWorker }: { readonly isWorker: boolean } = { isWorker: false },
): Keeping {
  const keepCurrent = (): void => void ambit.keepCurrent();
  store.follow(keepCurrent);
  const timers = [
    setInterval(() => void ambit.housekeep(), HOUSEKEEPING_MS),
    setInterval(keepCurrent, LOOK_MS),
  ];
  if (!isWorker) {
    timers.push(setInterval(() => void ambit.checkpoint(), audit.checkpointSeconds * 1000));
  }
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
