import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADMIN_RESOURCE_SERVER } from '@ambit/scope-catalog';
import pg from 'pg';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { until } from '../../../../test/support/until.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Store } from '../../src/store/open-storage.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import type { CuttingProxy } from '../support/cutting-proxy.ts';
import { newSchema, openSoundUrl } from '../support/postgres-store.ts';

/** A user who is no superuser, and so has the rights that are given. */
const USER = `ambit_test_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
let proxy: CuttingProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.run(`create role ${USER} login password 'cut'`);
  proxy = await startCuttingProxy(database.url);
});
afterAll(async () => {
  await proxy.close();
  await database.run(`drop owned by ${USER}; drop role ${USER}`);
  await database.drop();
});

let store: Store;
/** Holds the chains of all servers, as whoever repairs the log by hand may do. */
let holder: pg.Client;
beforeEach(async () => {
  const url = new URL(await newSchema(database));
  const schema = /search_path%3D(\w+)/.exec(url.href)?.[1] ?? '';
  await database.run(`grant all on schema ${schema} to ${USER}`);
  url.username = USER;
  url.password = 'cut';
  store = await openSoundUrl(proxy.through(url.href));
  await store.migrate();
  await append('before');
  holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query(`select from ${schema}.audit_chains where writer > 1 for update`);
});
afterEach(async () => {
  await holder.end();
  await store.close();
});

const append = (requestId: string, more: Partial<AuditEntry> = {}): Promise<unknown> =>
  store.storage.read.audit.append({
    ...{ time: 1, event: 'token.issued', decision: 'granted', requestId },
    ...more,
  });
/** The records that a test has written, by name. */
async function written(): Promise<readonly string[]> {
  const { records } = await store.storage.read.audit.listAfter({}, new Map(), 1_000);
  return records
    .filter(({ event }) => event === 'token.issued')
    .map(({ requestId }) => requestId)
    .sort();
}
/** How many batches of records the server is at. */
async function underWay(): Promise<number> {
  const found = await database.run(
    `select from pg_stat_activity
     where usename = '${USER}' and state = 'active' and query like 'with head as%'`,
  );
  return found.length;
}
/** What each piece of work comes to. */
const outcomes = async (work: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(work)).map((one) =>
    one.status === 'fulfilled' ? 'written' : (one.reason as { readonly code: string }).code,
  );

test('records that the server is still at when their connection is cut are written once', async () => {
  // Of a token that is waited for longer than for others.
  const patient = { resourceServer: ADMIN_RESOURCE_SERVER, grantedScopes: ['ambit.token:revoke'] };
  const work = ['a', 'b'].map((name) => append(name, patient));
  await until(async () => (await underWay()) === 1);
  proxy.cut();
  expect(await outcomes(work)).toEqual(['written', 'written']);
  await holder.query('rollback');
  await until(async () => (await underWay()) === 0);
  expect(await written()).toEqual(['a', 'b', 'before']);
});

test('while the server cannot be made to leave off, nothing is written, and then once', async () => {
  await database.run('revoke execute on function pg_terminate_backend from public');
  const work = ['a', 'b'].map((name) => append(name));
  await until(async () => (await underWay()) === 1);
  proxy.cut();
  expect(await outcomes(work)).toEqual(['store.unavailable', 'store.unavailable']);
  expect(await outcomes([append('c')])).toEqual(['store.unavailable']);
  expect(await written()).toEqual(['before']);
  await holder.query('rollback');
  await until(async () => (await outcomes([append('d')]))[0] === 'written');
  expect(await written()).toEqual(['a', 'b', 'before', 'd']);
});
