import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Copies a client of a home whose server is stopped, under as many names as are given: the database does it by itself, where
 * inserting a million of them would take most of an hour. All have the secret of the first.
 */
export function copyClient(directory: string, clientId: string, names: readonly string[]): void {
  const db = new Database(join(directory, 'ambit.db'));
  try {
    const copy = TABLES.map((table) => db.prepare(copyInto(db, table)));
    db.transaction(() => {
      for (const name of names) for (const into of copy) into.run(name, clientId);
    })();
    db.pragma('wal_checkpoint(truncate)');
  } finally {
    db.close();
  }
}

const TABLES = ['client_names', 'clients', 'client_roles', 'client_secrets'] as const;

function copyInto(db: Database.Database, table: string): string {
  const columns = (db.pragma(`table_info(${table})`) as { readonly name: string }[])
    .map(({ name }) => name)
    .filter((name) => name !== 'client_id');
  const others = columns.map((name) => `, "${name}"`).join('');
  return `insert into ${table} (client_id${others}) select ?${others} from ${table} where client_id = ?`;
}
