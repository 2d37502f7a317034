import type { Knex } from 'knex';
import type { Commit } from '../../metrics/ports.ts';
import { idInManyChains } from '../audit-rows.ts';
import type { CommandKind, CommandOf, CommandResults, Engine } from '../engine.ts';
import { StoreRefusal } from '../problem.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { createWriteLock } from '../write-lock.ts';
import { placeOf } from './address.ts';
import type { PostgresAddress } from './address.ts';
import { createAppends, isAppendAgain } from './appends.ts';
import { createBatches } from './batches.ts';
import type { CommitBatch } from './batches.ts';
import { createClaims, createQuotaClaims, createTouches } from './commands.ts';
import { decodeProblem } from './decode-problem.ts';
import { createLogExaminer } from './examine-log.ts';
import { isConflict } from './faults.ts';
import { createHotReads } from './hot.ts';
import { migrate, readSchema } from './migrate.ts';
import { connectionConfig, createPool } from './pools.ts';
import { createSession } from './session.ts';

/** How a PostgreSQL is used. */
export interface PostgresOptions {
  readonly url: string;
  /** The address that the URL gives. */
  readonly address: PostgresAddress;
  /** How many connections read at once at most. */
  readonly connections: number;
  readonly statementTimeoutMs: number;
}

/** Connections for changes and for small writes of each kind; none of them is ever needed twice at once. */
const WRITERS = 4;
/** How many small writes of a kind go together at most. */
const BATCH_MOST = 512;
/** How long a step of the schema may take, and whoever waits for one that somebody else has begun. */
const MIGRATION_MS = 3_600_000;
/** How often work is begun again that others came in the way of. */
const ATTEMPTS = 5;

/**
 * Opens a PostgreSQL, which any number of processes may use at once.
 *
 * Whoever changes anything first locks the row of the revision counter, so that changes come one after the other whatever
 * process makes them. Records of the log that stand alone go the way of their process alone ({@link createSession}).
 */
export function openPostgres(options: PostgresOptions): Engine {
  const { address, connections, statementTimeoutMs } = options;
  const readers = createPool(address, { statementTimeoutMs, readOnly: true, most: connections });
  const writers = createPool(address, { statementTimeoutMs, most: WRITERS });
  const session = createSession(connectionConfig(address, { statementTimeoutMs }));
  const lock = createWriteLock();
  let commitObserver: ((commit: Commit) => void) | undefined;
  const tell = (kind: Commit['kind']) => (writes: number, startedAt: number) => {
    commitObserver?.({ kind, writes, seconds: (performance.now() - startedAt) / 1000 });
  };

  const batches = <C, R>(commit: CommitBatch<C, R>, mayTryAgain = isConflict) =>
    createBatches({ commit, mayTryAgain, most: BATCH_MOST, committed: tell('group') });
  const kinds: {
    readonly [K in CommandKind]: ReturnType<typeof batches<CommandOf<K>, CommandResults[K]>>;
  } = {
    append: batches(createAppends(session), (error) => isAppendAgain(error) || isConflict(error)),
    claim: batches(createClaims(writers.bare)),
    claimQuotas: batches(createQuotaClaims(writers.db)),
    touchSecret: batches(createTouches(writers.bare)),
  };

  const changed = tell('change');
  const transact = async <T>(work: (db: Knex) => Promise<T>, until: number): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await writers.db.transaction(async (trx) => {
          const patience = Math.max(1, Math.ceil(until - performance.now()));
          await trx.raw(`set local lock_timeout = ${String(patience)}`);
          await trx('revision').where({ id: 1 }).forUpdate().first('number');
          return work(trx);
        });
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (attempt === ATTEMPTS || performance.now() >= until) {
          throw new StoreUnavailable('others are making changes', { cause: error });
        }
      }
    }
  };

  return {
    reader: readers.db,
    async transaction(work, patienceMs) {
      const startedAt = performance.now();
      const result = await lock.run(() => transact(work, startedAt + patienceMs));
      changed(1, startedAt);
      return result;
    },
    write: (command, patienceMs) => kinds[command.kind].write(command, patienceMs),
    hot: createHotReads(readers.bare),
    idOf: idInManyChains,
    observe(next) {
      commitObserver = next;
    },
    follow(next) {
      session.follow(next);
    },
    examiner: createLogExaminer(options.url, (work) =>
      lock.run(() => transact(() => work(), performance.now() + statementTimeoutMs)),
    ),
    schemaVersion: async () => (await readSchema(readers.db))?.version ?? 0,
    async migrate() {
      const patient = createPool(address, { statementTimeoutMs: MIGRATION_MS, most: 1 });
      try {
        await migrate(patient.db, placeOf(address));
      } catch (error) {
        const problem = decodeProblem(error, placeOf(address));
        throw problem ? new StoreRefusal(problem) : error;
      } finally {
        await patient.close();
      }
    },
    async close() {
      await Promise.all(Object.values(kinds).map((kind) => kind.atRest()));
      await lock.run(() => Promise.resolve());
      await session.close();
      await Promise.all([readers.close(), writers.close()]);
    },
  };
}
