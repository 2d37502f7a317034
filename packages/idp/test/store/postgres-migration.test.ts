import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { SCHEMA_VERSION } from '../../src/store/open-storage.ts';
import { readPostgresUrl } from '../../src/store/postgres/address.ts';
import { createPool } from '../../src/store/postgres/pools.ts';
import { describeStoreProblem, StoreRefusal } from '../../src/store/problem.ts';
import { MIGRATIONS } from '../../src/store/schema/index.ts';
import { newSchema, openSoundUrl } from '../support/postgres-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const BREAKING = MIGRATIONS.findLastIndex(({ breaks }) => breaks === true);

/** The URL of a database as the release before the last step that breaks has left it. */
async function layOutBefore(): Promise<string> {
  const url = await newSchema(database);
  const address = readPostgresUrl(url);
  if (!address.ok) throw new Error(address.error.reason);
  const { db, close } = createPool(address.value, { statementTimeoutMs: 10_000, most: 1 });
  await db.transaction(async (trx) => {
    for (const migration of MIGRATIONS.slice(0, BREAKING)) await migration.up(trx, 'postgres');
  });
  await db.raw(
    'create table ambit_schema (id integer primary key, version integer, least integer)',
  );
  await db('ambit_schema').insert({ id: 1, version: BREAKING, least: 1 });
  await close();
  return url;
}
const record: AuditEntry = {
  ...{ time: 1, event: 'token.issued', decision: 'granted', requestId: 'r' },
};
/** What work fails with, for the operator. */
const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was done',
    (error: unknown) => {
      if (!(error instanceof StoreRefusal)) throw error;
      const { message, hint } = describeStoreProblem(error.problem);
      return `${message}; ${hint}`;
    },
  );

test('a step that servers of the release before cannot live with waits until all of them have stopped', async () => {
  const url = await layOutBefore();
  const servers = await Promise.all([openSoundUrl(url), openSoundUrl(url)]);
  for (const server of servers) await server.storage.read.audit.append(record);
  const migrating = await openSoundUrl(url);
  for (const left of [2, 1]) {
    expect(await refusalOf(migrating.migrate())).toMatch(
      new RegExp(
        `has servers at work on it \\(processes: ${String(left)}\\), .*; stop all servers first`,
      ),
    );
    expect(await migrating.schemaVersion()).toBe(BREAKING);
    await servers.pop()?.close();
  }
  await migrating.migrate();
  expect(await migrating.schemaVersion()).toBe(SCHEMA_VERSION);
  await migrating.close();
});

test('a database that is new, or has the schema already, is brought over whoever is at work', async () => {
  const server = await openSoundUrl(await newSchema(database));
  await server.migrate();
  await server.storage.read.audit.append(record);
  const other = await openSoundUrl(await newSchema(database));
  await other.migrate();
  await server.migrate();
  await Promise.all([server.close(), other.close()]);
});

test('a server that was cut off while it was brought over writes no record after', async () => {
  const url = await newSchema(database);
  const server = await openSoundUrl(url);
  await server.migrate();
  const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? '';
  await database.run(`update ${schema}.ambit_schema set least = ${String(SCHEMA_VERSION + 1)}`);
  await expect(server.storage.read.audit.append(record)).rejects.toMatchObject({
    code: 'store.unavailable',
    message: expect.stringContaining('the schema is that of a newer release'),
  });
  await server.close();
});
