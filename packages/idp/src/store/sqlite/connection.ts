import knex from 'knex';
import type { Knex } from 'knex';
import type { Database } from 'better-sqlite3';
import { APPLICATION_ID } from './application.ts';

const BUSY_TIMEOUT_MS = 5_000;
const CHECKED_MOST_PAGES = 16_384; // 64 MiB, a tenth of a second

/** One connection, under knex and bare: for pragmas and prepared statements. */
export interface Connection {
  readonly db: Knex;
  readonly bare: Database;
}

/** Says that a database does not pass SQLite's own check. */
export class DatabaseDamaged extends Error {
  readonly code = 'SQLITE_CORRUPT';
  override readonly name = 'DatabaseDamaged';
}

/** Opens one connection, which may wait for other processes but is never shared. */
export async function connect(filename: string, mode: 'read' | 'write'): Promise<Connection> {
  let bare: Database | undefined;
  const db = knex({
    client: 'better-sqlite3',
    connection: { filename, options: { readonly: mode === 'read' } },
    useNullAsDefault: true,
    compileSqlOnError: false, // an error goes to the log, where what was to be stored does not belong
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: Database, done: (error?: Error) => void) {
        bare = connection;
        done();
      },
    },
  });
  try {
    await db.raw('select 1');
    if (bare === undefined) throw new Error('the pool made no connection');
    bare.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    bare.pragma('foreign_keys = on');
    return { db, bare };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * Marks a new file as ours before anything else is in it, then turns on the write-ahead log, which the file
 * remembers.
 */
export function layOut({ bare }: Connection): void {
  bare.pragma(`application_id = ${APPLICATION_ID}`);
  bare.pragma('journal_mode = wal');
}

/** Reads through a small database, and the schema of a large one; throws where it is damaged. */
export function checkWhole({ bare }: Connection): void {
  const pages = bare.pragma('page_count', { simple: true }) as number;
  bare.prepare('select count(*) from sqlite_schema').get();
  if (pages > CHECKED_MOST_PAGES) return;
  const found = bare.pragma('quick_check(1)', { simple: true }) as string;
  if (found !== 'ok') throw new DatabaseDamaged(found.replaceAll('\n', ' '));
}
