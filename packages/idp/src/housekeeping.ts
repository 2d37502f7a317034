import type { DecisionLog } from './audit/decision-log.ts';
import { CLOCK_STEP_MS } from './clock-step.ts';
import type { KeyService } from './keys/key-service.ts';
import type { Log } from './log/log.ts';
import type { Ports, Storage } from './storage.ts';

/** What the house looks after by itself. */
export interface HousekeepingDependencies {
  readonly keys: Pick<KeyService, 'runSchedule'>;
  readonly decisions: Pick<DecisionLog, 'writeCounted'>;
  readonly storage: Pick<
    Storage<Pick<Ports, 'derivations' | 'quotas' | 'revocations'>>,
    'read' | 'stall'
  >;
  readonly clock: () => number;
  readonly log: Pick<Log, 'error' | 'warn'>;
}

/**
 * Does once what has to be done now and then: rotates the keys that are due, writes down the refusals that were counted, and
 * forgets what nothing can depend on any more. A task that fails is logged and holds up no other; it never rejects. While
 * nothing ordinary can be written it does nothing but see whether that is still so.
 */
export function createHousekeeping({
  keys,
  decisions,
  storage,
  clock,
  log,
}: HousekeepingDependencies): () => Promise<void> {
  const { read } = storage;
  const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
    'the key schedule': () => keys.runSchedule(),
    'writing down counted refusals': () => decisions.writeCounted(),
    'forgetting expired derivations': () => read.derivations.prune(clock() - CLOCK_STEP_MS),
    'forgetting quota windows that have ended': () => read.quotas.prune(clock()),
    'forgetting expired revocation rules': () => read.revocations.prune(clock()),
  };
  return async () => {
    const stall = await storage.stall();
    if (stall) {
      log.warn('housekeeping waits until the audit log can be written', { cause: stall.cause });
      return;
    }
    for (const [name, task] of Object.entries(tasks)) {
      try {
        await task();
      } catch (error) {
        log.error(`${name} failed`, { error });
      }
    }
  };
}
