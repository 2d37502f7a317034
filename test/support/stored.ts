import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { databaseOf } from './replicated-server.ts';

const FILE = 'ambit.db';

/** Whether a file of a home folder is of the database. */
export const isDatabaseFile = (name: string): boolean => name.startsWith(FILE);

/** Rows of the store of an installation, as somebody reads them who may read its file, or its database on PostgreSQL. */
export async function readStored<Row extends object>(
  home: string,
  query: string,
): Promise<readonly Row[]> {
  const database = databaseOf(home);
  if (database) return (await database.run(query)) as readonly Row[];
  const db = new Database(join(home, FILE), { readonly: true });
  try {
    return db.prepare<[], Row>(query).all();
  } finally {
    db.close();
  }
}

/** Everything that the store of an installation keeps, as text; bytes as latin1. */
export async function dumpStored(home: string): Promise<string> {
  const database = databaseOf(home);
  if (!database) {
    return readdirSync(home)
      .filter(isDatabaseFile)
      .map((name) => `\n${name}\n${readFileSync(join(home, name), 'latin1')}`)
      .join('');
  }
  const tables = await database.run(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const told: string[] = [];
  for (const { name } of tables) {
    told.push(String(name));
    for (const row of await database.run(`select * from "${String(name)}"`)) {
      told.push(...Object.values(row).map(asText));
    }
  }
  return told.join('\n');
}

function asText(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
