import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { until } from '../../../../test/support/until.ts';
import type { AuditPosition } from '../../src/audit/ports.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { createVerifyLog } from '../../src/audit/verification/verify-log.ts';
import type { Verification } from '../../src/audit/verification/examine-log.ts';
import { SCHEMA_VERSION } from '../../src/store/open-storage.ts';
import type { Store } from '../../src/store/open-storage.ts';
import { createVault, generateKey } from '../../src/vault/vault.ts';
import { newSchema, openSoundUrl } from '../support/postgres-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let url: string;
let stores: Store[];
beforeEach(async () => {
  url = await newSchema(database);
  stores = await Promise.all([openSoundUrl(url), openSoundUrl(url)]);
  await Promise.all(stores.map((store) => store.migrate()));
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

/** The two stores, as two servers have them. */
const both = (): [Store, Store] => stores as [Store, Store];

const entry = (requestId: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ time: 1, event: 'token.issued', decision: 'granted', requestId },
  ...more,
});

/** Cuts every connection that a server has to the database of this file. */
const cutAll = () =>
  database.run(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'ambit' and datname = current_database()`);

async function verify({ storage, examiner }: Store): Promise<Verification> {
  const vault = createVault(generateKey(), generateKey());
  const steps = await createVerifyLog({ examiner, keys: storage.read.auditKeys, vault })([]);
  if (!steps.ok) throw new Error(steps.error.code);
  for await (const step of steps.value) if (step.kind === 'done') return step;
  throw new Error('the verification ended early');
}

test('ten that start at once lay out one schema', async () => {
  const empty = await newSchema(database);
  const ten = await Promise.all(Array.from({ length: 10 }, () => openSoundUrl(empty)));
  await Promise.all(ten.map((store) => store.migrate()));
  expect(await Promise.all(ten.map((store) => store.schemaVersion()))).toEqual(
    ten.map(() => SCHEMA_VERSION),
  );
  await Promise.all(ten.map((store) => store.close()));
});

describe('two servers on one database', () => {
  test('make changes one after the other, and each sees at once what the other has made', async () => {
    const [one, other] = both();
    for (let round = 1; round <= 20; round += 1) {
      const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one];
      const number = await writer.storage.transaction((tx) => tx.revision.advance(['clients']));
      expect(number).toBe(round);
      expect((await reader.storage.read.revision.read()).number).toBe(round);
    }
    const changes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).storage.transaction((tx) => tx.revision.advance(['keys'])),
    );
    expect((await Promise.all(changes)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => 21 + index),
    );
  });

  test('claim what may be used once but once between them', async () => {
    const claims = Array.from({ length: 40 }, (_, index) =>
      both().map((store) => store.storage.read.replays.claim(`key-${String(index)}`, 10, 1)),
    );
    const taken = await Promise.all(claims.map((pair) => Promise.all(pair)));
    expect(taken.map((pair) => pair.filter(Boolean).length)).toEqual(taken.map(() => 1));
  });

  test('count a quota together', async () => {
    const quota = { limit: 25, windowSeconds: 60, per: 'client', mode: 'enforce' } as const;
    const quotas = [
      { scope: 'orders:read', holder: 'web', quota },
      { scope: 'orders:write', holder: 'web', quota },
    ];
    const claims = Array.from({ length: 60 }, (_, index) =>
      both()[index % 2 === 0 ? 0 : 1].storage.read.quotas.claim(
        index % 3 === 0 ? quotas.toReversed() : quotas,
        1,
      ),
    );
    expect((await Promise.all(claims)).filter(({ granted }) => granted)).toHaveLength(25);
  });

  test('hear of a change of the other', async () => {
    const [one, other] = both();
    let heard = 0;
    other.follow(() => (heard += 1));
    await until(() => heard > 0); // that it has begun to listen
    const before = heard;
    await one.storage.transaction((tx) => tx.revision.advance(['catalog']));
    await until(() => heard > before);
  });

  test('write chains of their own, which verify together, and whoever follows them misses nothing', async () => {
    const [one, other] = both();
    const seen: string[] = [];
    let position: AuditPosition = new Map();
    let done = false;
    const following = (async () => {
      while (!done || seen.length < 330) {
        const news = await one.storage.read.audit.listAfter({}, position, 7);
        seen.push(...news.records.map(({ requestId }) => requestId));
        position = news.position;
      }
    })();
    const writing = Array.from({ length: 150 }, async (_, index) => {
      await one.storage.read.audit.append(entry(`one-${String(index)}`));
      await other.storage.read.audit.append(entry(`other-${String(index)}`));
      if (index % 5 === 0) {
        const store = index % 2 === 0 ? one : other;
        await store.storage.transaction((tx) => tx.audit.append(entry(`change-${String(index)}`)));
      }
    });
    await Promise.all(writing);
    done = true;
    await following;
    expect(seen).toHaveLength(330);
    expect(new Set(seen).size).toBe(330);

    const verification = await verify(other);
    expect(verification).toMatchObject({ whole: true, records: 330, findings: [] });
    expect(verification.chains.map(({ writer, to }) => [writer, to])).toEqual([
      [1, 30],
      [expect.any(Number), 150],
      [expect.any(Number), 150],
    ]);
  });

  test('a record that somebody has changed, or a chain that is gone, is found whoever wrote it', async () => {
    const [one, other] = both();
    for (let index = 0; index < 4; index += 1) {
      await one.storage.read.audit.append(entry(`one-${String(index)}`));
      await other.storage.read.audit.append(entry(`other-${String(index)}`));
    }
    const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? '';
    const [writers] = await database.run(
      `select max(writer) as writer from ${schema}.audit_chains`,
    );
    const writer = Number(writers?.['writer']);
    await database.run(
      `update ${schema}.audit_log set entry = replace(entry, 'granted', 'refused')
       where writer = ${String(writer)} and sequence = 3`,
    );
    const found = await verify(one);
    expect(found.whole).toBe(false);
    expect(found.findings[0]).toMatchObject({ code: 'record.altered', writer, sequence: 3 });
    await database.run(`delete from ${schema}.audit_chains where writer = ${String(writer)}`);
    const { findings } = await verify(one);
    expect(findings).toContainEqual({ code: 'chain.lost', writer });
  });
});

describe('a server whose connections are cut', () => {
  test('goes on without anybody noticing, and neither loses nor doubles a record', async () => {
    const [one] = both();
    const written: string[] = [];
    let cutting = true;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let index = 0; cutting || index < 20; index += 1) {
        const name = `${String(writer)}-${String(index)}`;
        await one.storage.read.audit.append(entry(name));
        written.push(name);
      }
    });
    for (let round = 0; round < 10; round += 1) {
      const goal = written.length + 20;
      await until(() => written.length >= goal);
      await cutAll();
    }
    cutting = false;
    await Promise.all(writers);
    const { records } = await one.storage.read.audit.listAfter({}, new Map(), 100_000);
    const kept = records.map(({ requestId }) => requestId).filter((id) => /^\d+-\d+$/.test(id));
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.sort()).toEqual(written.sort());
    expect(await verify(one)).toMatchObject({ whole: true });
  });

  test('says so in the middle of a change, of which nothing is left, and makes the next', async () => {
    const [one] = both();
    const work = one.storage.transaction(async (tx) => {
      await tx.revision.advance(['clients']);
      await cutAll();
      await tx.revision.advance(['clients']);
    });
    await expect(work).rejects.toMatchObject({ code: 'store.unavailable' });
    await until(async () => (await one.storage.stall()) === undefined);
    expect(await one.storage.transaction((tx) => tx.revision.advance(['clients']))).toBe(1);
  });
});
