import type { DecisionLog } from './audit/decision-log.ts';
import type { KeyService } from './keys/key-service.ts';
import type { Log } from './log/log.ts';
import type { Ports, Storage } from './storage.ts';

/** What the house looks after by itself. */
export interface HousekeepingDependencies {
  readonly keys: Pick<KeyService, 'runSchedule'>;
  readonly decisions: Pick<DecisionLog, 'writeCounted'>;
  readonly storage: Pick<Storage<Pick<Ports, 'derivations' | 'quotas' | 'revocations'>>, 'read'>;
  readonly clock: () => number;
  readonly log: Pick<Log, 'error'>;
}

/**
 * Does once what has to be done now and then: rotates the keys that are due, writes down the refusals that were counted, and
 * forgets what nothing can depend on any more. A task that fails is logged and holds up no other; it never rejects.
 */
export function createHousekeeping({
  keys,
  decisions,
  storage: { read },
  clock,
  log,
}: HousekeepingDependencies): () => Promise<void> {
  const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
    'the key schedule': () => keys.runSchedule(),
    'writing down counted refusals': () => decisions.writeCounted(),
    'forgetting expired derivations': () => read.derivations.prune(clock()),
    'forgetting quota windows that have ended': () => read.quotas.prune(clock()),
    'forgetting expired revocation rules': () => read.revocations.prune(clock()),
  };
  return async () => {
    for (const [name, task] of Object.entries(tasks)) {
      try {
        await task();
      } catch (error) {
        log.error(`${name} failed`, { error });
      }
    }
  };
}
