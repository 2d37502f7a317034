import { existsSync } from 'node:fs';
import type { Knex } from 'knex';
import type { Engine, HotStatements } from '../engine.ts';
import { createGroupCommit } from '../group-commit.ts';
import { MIGRATIONS } from '../schema/index.ts';
import { createWriteLock } from '../write-lock.ts';
import { APPLICATION_ID } from './application.ts';
import { createChain } from './chain.ts';
import { checkWhole, connect, layOut } from './connection.ts';
import type { Connection } from './connection.ts';
import { createLogExaminer } from './examine-log.ts';
import { prepareHotStatements } from './hot.ts';

/**
 * How many pages of the write-ahead log are carried over into the file at once: 16 MiB. Requests wait for it, and fewer but
 * larger ones wait less in all, since a page that many records touched is carried over once.
 */
const CHECKPOINT_PAGES = 4_096;

const userVersion = ({ bare }: Connection): number =>
  bare.pragma('user_version', { simple: true }) as number;

/**
 * Runs work in a transaction of the writer, which the caller holds the lock of.
 *
 * It is on the disk when it has committed (`synchronous = FULL`), while a lone audit entry is in the hands of the
 * operating system (`NORMAL`): that survives the death of the process, not of the machine (ADR-0008).
 */
async function transact<T>(writer: Connection, work: (db: Knex) => Promise<T>): Promise<T> {
  writer.bare.pragma('synchronous = full');
  try {
    return await writer.db.transaction(async (trx) => {
      // Takes the write lock of the file at once, so that what is read is what will be changed.
      await trx.raw(`pragma application_id = ${APPLICATION_ID}`);
      return work(trx);
    });
  } finally {
    if (writer.bare.inTransaction) writer.bare.exec('rollback'); // a commit that failed
    writer.bare.pragma('synchronous = normal');
  }
}

function createEngine(reader: Connection, writer: Connection): Engine {
  writer.bare.pragma('journal_mode = wal');
  writer.bare.pragma('synchronous = normal');
  writer.bare.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  writer.bare.pragma('secure_delete = on'); // a private key that is dropped leaves nothing in the file
  const lock = createWriteLock();
  const transaction = <T>(work: (db: Knex) => Promise<T>): Promise<T> =>
    lock.run(() => transact(writer, work));
  const chain = createChain(writer.bare);
  const together = writer.bare.transaction(chain.within).immediate;
  const inGroup = createGroupCommit((work) =>
    lock.runNow(() => {
      together(work);
    }),
  );
  let hot: HotStatements | undefined;
  return {
    reader: reader.db,
    transaction,
    inGroup,
    get hot() {
      return (hot ??= prepareHotStatements(reader.bare, writer.bare, chain));
    },
    examiner: createLogExaminer(reader.bare.name, (work) => transaction(() => work())),
    schemaVersion: async () => userVersion(reader),
    async migrate() {
      if (userVersion(reader) === MIGRATIONS.length) return;
      await transaction(async (db) => {
        for (const migration of MIGRATIONS.slice(userVersion(writer))) {
          await migration.up(db, 'sqlite');
        }
        await db.raw(`pragma user_version = ${MIGRATIONS.length}`);
      });
      // The file's own header must tell the version to whoever looks at it before opening it.
      writer.bare.pragma('wal_checkpoint(truncate)');
    },
    async close() {
      await inGroup(() => undefined);
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

/**
 * Opens a SQLite database: one connection that writes and one that reads, in WAL mode, so that neither waits for the
 * other and the reader sees committed data alone. What exists is read through before anything could be written to it.
 */
export async function openSqlite(path: string, kind: 'new' | 'ours'): Promise<Engine> {
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
      return createEngine(reader, await open('write'));
    }
    const writer = await open('write');
    layOut(writer);
    return createEngine(await open('read'), writer);
  } catch (error) {
    for (const { db } of opened) await db.destroy();
    if (kind === 'ours' && !hadLog) await sweep(path);
    throw error;
  }
}
