import type { AuditKeys } from './audit/audit-keys.ts';
import type { DecisionLog } from './audit/decision-log.ts';
import type { Retention } from './audit/retention.ts';
import { CLOCK_STEP_MS } from './clock-step.ts';
import type { KeyService } from './keys/key-service.ts';
import type { Log } from './log/log.ts';
import type { Ports, Storage } from './storage.ts';

/** What the house looks after by itself. */
export interface HousekeepingDependencies {
  readonly keys: Pick<KeyService, 'runSchedule'>;
  readonly auditKeys: Pick<AuditKeys, 'runSchedule'>;
  readonly decisions: Pick<DecisionLog, 'writeCounted'>;
  readonly retention: Retention;
  readonly storage: Pick<
    Storage<Pick<Ports, 'derivations' | 'quotas' | 'revocations'>>,
    'read' | 'stall'
  >;
  readonly clock: () => number;
  readonly log: Pick<Log, 'error' | 'warn'>;
  /** Only what a process has to do for itself, since another one looks after the house. */
  readonly ofItself?: boolean;
}

type Tasks = Readonly<Record<string, () => Promise<unknown>>>;

/** The house looked after. Neither way ever rejects. */
export interface Housekeeping {
  /** Does everything once; while it is at work already, waits for that. */
  run(): Promise<void>;
  /** Resolves when nothing is at work. */
  atRest(): Promise<void>;
}

/**
 * Makes what has to be done now and then: rotating the keys that are due, writing down the refusals that were counted,
 * shortening the audit log where it is not to be kept, and forgetting what nothing can depend on any more. A task that fails
 * is logged and holds up no other. While nothing ordinary can be written it does nothing but see whether that is still so.
 */
export function createHousekeeping({
  keys,
  auditKeys,
  decisions,
  retention,
  storage,
  clock,
  log,
  ofItself = false,
}: HousekeepingDependencies): Housekeeping {
  const { read } = storage;
  const own: Tasks = { 'writing down counted refusals': () => decisions.writeCounted() };
  const all: Tasks = {
    'the key schedule': () => keys.runSchedule(),
    'the schedule of the audit key': () => auditKeys.runSchedule(),
    ...own,
    'dropping old audit records': () => retention.dropOld(),
    'erasing personal fields of old audit records': () => retention.erasePersonal(),
    'forgetting expired derivations': () => read.derivations.prune(clock() - CLOCK_STEP_MS),
    'forgetting quota windows that have ended': () => read.quotas.prune(clock()),
    'forgetting expired revocation rules': () => read.revocations.prune(clock()),
  };
  const tasks = ofItself ? own : all;
  const once = async (): Promise<void> => {
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
  let atWork: Promise<void> | undefined;
  return {
    run: () =>
      (atWork ??= once().finally(() => {
        atWork = undefined;
      })),
    atRest: async () => atWork,
  };
}
