import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { APPLICATION_ID } from '../../src/store/sqlite/application.ts';
import { connect } from '../../src/store/sqlite/connection.ts';
import { MIGRATIONS } from '../../src/store/schema/index.ts';
import { createVault, generateKey } from '../../src/vault/vault.ts';
import { verifyStore } from '../support/proof-store.ts';
import { openSound, temporaryFolder } from '../support/temporary-store.ts';

/** More than are carried over at once. */
const MANY = 1_203;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'ambit.db');
});
afterEach(() => folder.remove());

interface OldRecord {
  readonly id: number;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** Lays a database out as the release before the chain had it, with records in it. */
async function layOutBefore(records: readonly OldRecord[]): Promise<void> {
  const { db, bare } = await connect(path, 'write');
  bare.pragma(`application_id = ${String(APPLICATION_ID)}`);
  bare.pragma('journal_mode = wal');
  for (const migration of MIGRATIONS.slice(0, 2)) await migration.up(db, 'sqlite');
  bare.pragma('user_version = 2');
  for (const { id, entry } of records) {
    await db('audit_log').insert({
      id,
      time: entry['time'],
      event: entry['event'],
      decision: entry['decision'],
      request_id: entry['requestId'],
      entry: JSON.stringify(entry),
    });
  }
  await db.destroy();
}

const issued = (index: number): OldRecord['entry'] => ({
  ...{ time: 1_000 + index, event: 'token.issued', decision: 'granted' },
  ...{ requestId: `r-${String(index)}`, client: 'orders', subject: 'orders' },
  ...{ jti: `j-${String(index)}`, grantedScopes: ['orders:read'] },
});

test('a log from before the chain is brought over in its order, and verifies', async () => {
  // Numbers with holes in them, and a record that is dated before the one it follows.
  const before = Array.from({ length: MANY }, (_, index) => ({
    id: 10 + index * 3,
    entry: index === 5 ? { ...issued(index), time: 1 } : issued(index),
  }));
  await layOutBefore(before);
  const store = await openSound(path);
  await store.migrate();
  expect(await store.schemaVersion()).toBe(MIGRATIONS.length);
  const { list, listAfter } = store.storage.read.audit;

  const { records: written } = await listAfter({}, new Map(), MANY + 1);
  expect(written.map(({ requestId }) => requestId)).toEqual(
    before.map(({ entry }) => entry['requestId']),
  );
  expect(written.map(({ id }) => id)).toEqual(written.map((_, index) => index + 1));
  const { id: _, link, ...last } = written.at(-1) ?? { link: undefined };
  expect(last).toEqual(issued(MANY - 1));
  expect(link).toMatchObject({ writer: 1, sequence: MANY });

  const byTime = await list({}, { limit: 2, order: 'oldest-first' });
  expect(byTime.items.map(({ requestId }) => requestId)).toEqual(['r-5', 'r-0']);
  for (const filter of [{ client: 'orders' }, { jti: 'j-7' }, { scope: 'orders:read' }]) {
    const { total } = await list(filter, { limit: 1, order: 'newest-first' });
    expect(total).toBe('jti' in filter ? 1 : MANY);
  }
  const vault = createVault(generateKey(), generateKey());
  expect(await verifyStore(store, path, vault)).toMatchObject({ whole: true, records: MANY });
  await store.close();
});

test('the name of a workload moves to where it can be erased, and the chain holds without it', async () => {
  const external = { issuer: 'https://ci.example', subject: 'repo:acme/shop' };
  await layOutBefore([
    { id: 1, entry: issued(1) },
    { id: 2, entry: { ...issued(2), external } },
  ]);
  const store = await openSound(path);
  await store.migrate();
  const { storage } = store;
  const { records } = await storage.read.audit.listAfter({}, new Map(), 9);
  const [plain, workload] = records;
  expect(plain).not.toHaveProperty('personal');
  expect(workload).toMatchObject({
    externalIssuer: external.issuer,
    personal: { externalSubject: external.subject },
  });
  expect(workload).not.toHaveProperty('external');

  await storage.transaction((tx) => tx.auditRetention.erasePersonal([2]));
  const vault = createVault(generateKey(), generateKey());
  expect(await verifyStore(store, path, vault)).toMatchObject({ whole: true, erased: 1 });
  await store.close();
});

test('an empty log is brought over, and is written to as before', async () => {
  await layOutBefore([]);
  const store = await openSound(path);
  await store.migrate();
  await store.storage.read.audit.append({
    ...{ time: 1, event: 'token.issued', decision: 'granted', requestId: 'r' },
  });
  const vault = createVault(generateKey(), generateKey());
  expect(await verifyStore(store, path, vault)).toMatchObject({ whole: true, records: 1 });
  await store.close();
});

test('event and decision of an older index become one word, and its records are found and verified by it', async () => {
  const first = await openSound(path);
  await first.migrate();
  const granted = { event: 'token.issued', decision: 'granted', requestId: 'yes' } as const;
  const refused = { event: 'token.refused', decision: 'refused', requestId: 'no' } as const;
  for (let time = 1; time < 4; time += 1) {
    await first.storage.read.audit.append({ ...granted, time });
  }
  await first.storage.read.audit.append({ ...refused, time: 4, requestedScopes: ['a\0b'] });
  await first.close();
  const { db, bare } = await connect(path, 'write');
  bare.exec(`
    insert into audit_terms select 'decision=' || substr(term, instr(term, '/') + 1), time, record
      from audit_terms where term like 'event=%';
    insert into audit_terms select substr(term, 1, instr(term, '/') - 1), time, record
      from audit_terms where term like 'event=%/%';
    delete from audit_terms where term like 'event=%/%'`);
  bare.prepare("update audit_terms set term = ? where term like 'scope=%'").run('scope=a\0b');
  bare.pragma('user_version = 5');
  await db.destroy();

  const store = await openSound(path);
  await store.migrate();
  const { list } = store.storage.read.audit;
  const page = { limit: 9, order: 'oldest-first' } as const;
  expect((await list({ event: 'token.issued' }, page)).total).toBe(3);
  expect((await list({ decision: 'refused' }, page)).items).toMatchObject([{ requestId: 'no' }]);
  expect((await list({ event: 'token.issued', decision: 'refused' }, page)).total).toBe(0);
  expect((await list({}, page)).total).toBe(4);
  const vault = createVault(generateKey(), generateKey());
  expect(await verifyStore(store, path, vault)).toMatchObject({ whole: true, records: 4 });
  await store.close();
});

test('an older log is found by who did what it tells of, too, and verified so', async () => {
  const first = await openSound(path);
  await first.migrate();
  const disabled = { event: 'client.disabled', decision: 'granted', actor: 'root' } as const;
  for (let time = 1; time < 4; time += 1) {
    const target = { kind: 'client', id: 'web' } as const;
    await first.storage.read.audit.append({ ...disabled, target, time, requestId: String(time) });
  }
  await first.close();
  const { db, bare } = await connect(path, 'write');
  bare.exec(`delete from audit_terms where term = 'client=root'`);
  bare.pragma('user_version = 6');
  await db.destroy();

  const store = await openSound(path);
  await store.migrate();
  const page = { limit: 9, order: 'oldest-first' } as const;
  expect((await store.storage.read.audit.list({ client: 'root' }, page)).total).toBe(3);
  expect((await store.storage.read.audit.list({ client: 'web' }, page)).total).toBe(3);
  const vault = createVault(generateKey(), generateKey());
  expect(await verifyStore(store, path, vault)).toMatchObject({ whole: true, records: 3 });
  await store.close();
});
