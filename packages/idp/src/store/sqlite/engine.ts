import { existsSync } from 'node:fs';
import type { Knex } from 'knex';
import type { Commit } from '../../metrics/ports.ts';
import { idInOneChain } from '../audit-rows.ts';
import type { Engine, HotReads } from '../engine.ts';
import { createGroupCommit } from '../group-commit.ts';
import { createWaitingRoom } from '../patience.ts';
import { MIGRATIONS } from '../schema/index.ts';
import { createWriteLock } from '../write-lock.ts';
import { createCarrier } from './carrier.ts';
import { createChain } from './chain.ts';
import { checkWhole, connect, layOut } from './connection.ts';
import type { Connection } from './connection.ts';
import { createLogExaminer } from './examine-log.ts';
import { prepareCommands, prepareHotReads } from './hot.ts';
import type { CarryOut } from './hot.ts';
import { createReserve, reserveOf } from './reserve.ts';
import { isFree, transact } from './transaction.ts';
import type { Synchronous } from './transaction.ts';

/**
 * From how many pages on the write-ahead log is carried over into the file by the connection that writes, while requests
 * wait: 16 MiB, no more than the reserve makes up for. It comes to that only where the thread for it cannot keep up (`carrier.ts`).
 */
const CHECKPOINT_PAGES = 4_096;

/** How long reading waits, and all the process with it; it has to only while another process mends the log. */
const READER_PATIENCE_MS = 100;

/** How long laying out the schema, and closing, wait for other processes. */
const OPENING_PATIENCE_MS = 5_000;

const userVersion = ({ bare }: Connection): number =>
  bare.pragma('user_version', { simple: true }) as number;

function createEngine(
  reader: Connection,
  writer: Connection,
  { path, reserveBytes, records }: SqliteOptions,
): Engine {
  writer.bare.pragma('journal_mode = wal');
  writer.bare.pragma(`synchronous = ${records}`);
  writer.bare.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  writer.bare.pragma('secure_delete = on'); // a private key that is dropped leaves nothing in the file
  reader.bare.pragma(`busy_timeout = ${READER_PATIENCE_MS}`);
  writer.bare.pragma('busy_timeout = 0');
  const lock = createWriteLock();
  const patiently = createWaitingRoom(() => lock.runNow(() => isFree(writer)));
  let commitObserver: ((commit: Commit) => void) | undefined;
  const carrier = createCarrier(path, (work) => lock.run(work));
  const tell = (kind: Commit['kind']) => (writes: number, startedAt: number) => {
    carrier.noteWrites(writes);
    commitObserver?.({ kind, writes, seconds: (performance.now() - startedAt) / 1000 });
  };
  const changed = tell('change');
  const transaction = async <T>(work: (db: Knex) => Promise<T>, patienceMs: number): Promise<T> => {
    const startedAt = performance.now();
    const result = await patiently(
      () => lock.run(() => transact(writer, work, records)),
      patienceMs,
    );
    changed(1, startedAt);
    return result;
  };
  // While the reserve is not whole, every commit is carried over at once: the log then stays as long as it is, and what
  // is released goes a long way.
  const pace = (isWhole: boolean): void => {
    writer.bare.pragma(`wal_autocheckpoint = ${isWhole ? CHECKPOINT_PAGES : 1}`);
    carrier.rest(!isWhole);
  };
  const chain = createChain(writer.bare);
  const together = writer.bare.transaction(chain.within).immediate;
  const inGroup = createGroupCommit(
    (work) =>
      lock.runNow(() => {
        together(work);
      }),
    tell('group'),
  );
  let hot: HotReads | undefined;
  let carryOut: CarryOut | undefined;
  return {
    reader: reader.db,
    transaction,
    write: (command, patienceMs) =>
      inGroup(() => (carryOut ??= prepareCommands(writer.bare, chain))(command), patienceMs),
    idOf: idInOneChain,
    ...(reserveBytes > 0 ? { reserve: createReserve(reserveOf(path), reserveBytes, pace) } : {}),
    get hot() {
      return (hot ??= prepareHotReads(reader.bare));
    },
    observe(next) {
      commitObserver = next;
    },
    examiner: createLogExaminer(reader.bare.name, (work) =>
      transaction(() => work(), OPENING_PATIENCE_MS),
    ),
    schemaVersion: async () => userVersion(reader),
    async migrate() {
      if (userVersion(reader) === MIGRATIONS.length) return;
      await transaction(async (db) => {
        for (const migration of MIGRATIONS.slice(userVersion(writer))) {
          await migration.up(db, 'sqlite');
        }
        await db.raw(`pragma user_version = ${MIGRATIONS.length}`);
      }, OPENING_PATIENCE_MS);
      // The file's own header must tell the version to whoever looks at it before opening it.
      writer.bare.pragma(`busy_timeout = ${OPENING_PATIENCE_MS}`);
      writer.bare.pragma('wal_checkpoint(truncate)');
      writer.bare.pragma('busy_timeout = 0');
    },
    async close() {
      // What was asked for before comes first; whether this has to be written at all does not matter.
      await inGroup(() => undefined, OPENING_PATIENCE_MS).catch(() => undefined);
      await carrier.close();
      await lock.run(async () => {
        await reader.db.destroy();
        await writer.db.destroy();
      });
    },
  };
}

/**
 * Removes the empty log that a reader laid beside a database: SQLite does so when the last connection that may write
 * is closed.
 */
async function sweep(path: string): Promise<void> {
  try {
    const { db, bare } = await connect(path, 'write');
    bare.pragma('schema_version');
    await db.destroy();
  } catch {
    // What is wrong with the database is known already, and told.
  }
}

/** How a database is opened. */
export interface SqliteOptions {
  readonly path: string;
  readonly kind: 'new' | 'ours';
  /** How much space is kept for securing changes; 0 where none is. */
  readonly reserveBytes: number;
  readonly records: Synchronous;
}

/**
 * Opens a SQLite database: one connection that writes and one that reads, in WAL mode, so that neither waits for the
 * other and the reader sees committed data alone. What exists is read through before anything could be written to it.
 */
export async function openSqlite(options: SqliteOptions): Promise<Engine> {
  const { path, kind } = options;
  const opened: Connection[] = [];
  const hadLog = existsSync(`${path}-wal`);
  const open = async (mode: 'read' | 'write'): Promise<Connection> => {
    const connection = await connect(path, mode);
    opened.push(connection);
    return connection;
  };
  try {
    if (kind === 'ours') {
      const reader = await open('read');
      checkWhole(reader);
      return createEngine(reader, await open('write'), options);
    }
    const writer = await open('write');
    layOut(writer);
    return createEngine(await open('read'), writer, options);
  } catch (error) {
    for (const { db } of opened) await db.destroy();
    if (kind === 'ours' && !hadLog) await sweep(path);
    throw error;
  }
}
