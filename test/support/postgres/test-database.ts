import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of its own, empty. */
export interface TestDatabase {
  readonly url: string;
  /** Runs a statement in it, as its superuser. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Takes it away, whoever is connected to it. */
  drop(): Promise<void>;
}

/** The URL of the server that tests may make databases on: the one that is given, or the one that this run keeps. */
async function serverUrl(): Promise<string> {
  const { AMBIT_TEST_DATABASE_URL: given, AMBIT_TEST_KEEPER: keeper } = process.env;
  if (given) return given;
  if (!keeper) {
    throw new Error('no PostgreSQL is kept for this run, and AMBIT_TEST_DATABASE_URL names none');
  }
  const answer = await fetch(keeper);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.text();
}

async function runOn(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const PREFIX = 'ambit_test_';

/** The databases that tests have made on a server and not taken away yet. */
export async function listTestDatabases(server: string): Promise<readonly string[]> {
  const rows = await runOn(server, 'select datname from pg_database');
  return rows.map(({ datname }) => String(datname)).filter((name) => name.startsWith(PREFIX));
}

/** Makes a database on the server of this run. */
export const createTestDatabase = async (): Promise<TestDatabase> =>
  createDatabaseOn(await serverUrl());

/** Makes a database on a server, whose superuser's database is given. */
export async function createDatabaseOn(server: string): Promise<TestDatabase> {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await runOn(server, `create database ${name}`);
  return {
    url: url.href,
    run: (sql) => runOn(url.href, sql),
    async drop() {
      await runOn(server, `drop database ${name} with (force)`);
    },
  };
}
