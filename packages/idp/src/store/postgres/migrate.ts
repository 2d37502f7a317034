import type { Knex } from 'knex';
import { StoreRefusal } from '../problem.ts';
import { MIGRATIONS } from '../schema/index.ts';
import { countWriters } from './session.ts';

/** Keeps two processes from laying out the same database at once: `AMBM`. */
const MIGRATION_LOCK = 0x414d424d;

/** What a database says of its schema. */
export interface SchemaState {
  /** How many migrations it has had; 0 for one that is empty. */
  readonly version: number;
  /** The least version that a release must know to work on it. */
  readonly least: number;
}

interface SchemaRow extends SchemaState {
  readonly id: number;
}

/** A table that every database of ours has, and others hardly by chance with all the rest. */
const OURS = 'catalog_versions';
/** Where whoever writes records begins. */
const CHAINS = 'audit_chains';

/** Whether there is a schema to work in, which the search path names and this user may use. */
export async function hasSchema(db: Knex): Promise<boolean> {
  const { rows } = await db.raw<{ readonly rows: readonly { readonly is: boolean }[] }>(
    'select current_schema() is not null as is',
  );
  return rows[0]?.is === true;
}

/** Whether the schema has a table of a name, may this user read it or not. */
async function hasTable(db: Knex, name: string): Promise<boolean> {
  const { rows } = await db.raw<{ readonly rows: readonly { readonly is: boolean }[] }>(
    `select to_regclass(format('%I.%I', current_schema(), ?::text)) is not null as is`,
    [name],
  );
  return rows[0]?.is === true;
}

/** What the database says of its schema; undefined where it holds tables of somebody else by our names. */
export async function readSchema(db: Knex): Promise<SchemaState | undefined> {
  const used = await hasTable(db, OURS); // first, since both may come at this moment
  if (await hasTable(db, 'ambit_schema')) {
    const row = await db<SchemaRow>('ambit_schema').where({ id: 1 }).first('version', 'least');
    return row ?? { version: 0, least: 0 };
  }
  return used ? undefined : { version: 0, least: 0 };
}

/**
 * Brings the schema up to this release's in one transaction, while nobody else does; whoever comes meanwhile waits and finds
 * it done. Throws {@link StoreRefusal} where a step breaks the releases before it and servers are at work, which may be theirs.
 */
export const migrate = (db: Knex, path: string): Promise<void> =>
  db.transaction(async (trx) => {
    await trx.raw('set local idle_in_transaction_session_timeout = 0');
    await trx.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await trx.raw(
      'create table if not exists ambit_schema (id integer primary key, version integer not null, least integer not null)',
    );
    const found = await trx<SchemaRow>('ambit_schema').where({ id: 1 }).forUpdate().first();
    const version = found?.version ?? 0;
    const pending = MIGRATIONS.slice(version);
    if (pending.length === 0) return;
    const before = await tablesOf(trx);
    if (before.includes(CHAINS) && pending.some(({ breaks }) => breaks)) {
      // A server first takes its number, then writes here: whoever is not counted waits, and finds the new schema.
      await trx.raw(`lock table ${CHAINS} in exclusive mode`);
      const servers = await countWriters(trx);
      if (servers > 0) throw new StoreRefusal({ code: 'store.in_use', path, servers });
    }
    for (const migration of pending) await migration.up(trx, 'postgres');
    await orderByBytes(
      trx,
      (await tablesOf(trx)).filter((table) => !before.includes(table)),
    );
    const least = MIGRATIONS.findLastIndex(({ breaks }) => breaks === true) + 1;
    await trx<SchemaRow>('ambit_schema')
      .insert({ id: 1, version: MIGRATIONS.length, least: Math.max(least, found?.least ?? 1) })
      .onConflict('id')
      .merge();
  });

/**
 * Lets the text of new tables be compared byte by byte, as SQLite does, whatever the language of the database; indexes then
 * cost less too. A step that gives a table a further column sees to that itself.
 */
async function orderByBytes(db: Knex, tables: readonly string[]): Promise<void> {
  const columns = await db('information_schema.columns')
    .where({ data_type: 'text' })
    .whereRaw('table_schema = current_schema()')
    .whereIn('table_name', [...tables])
    .orderBy(['table_name', 'column_name'])
    .select<{ table_name: string; column_name: string }[]>('table_name', 'column_name');
  for (const [table, own] of Map.groupBy(columns, ({ table_name: name }) => name)) {
    const changes = own.map(() => 'alter column ?? type text collate "C"').join(', ');
    await db.raw(`alter table ?? ${changes}`, [table, ...own.map((column) => column.column_name)]);
  }
}

/** The tables of the schema in use, ours and those of others. */
async function tablesOf(db: Knex): Promise<string[]> {
  const rows = await db('information_schema.tables')
    .whereRaw('table_schema = current_schema()')
    .where({ table_type: 'BASE TABLE' })
    .select<{ table_name: string }[]>('table_name');
  return rows.map(({ table_name: name }) => name);
}
