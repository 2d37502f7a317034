import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTemporaryStore } from '../support/temporary-store.ts';
import type { TemporaryStore } from '../support/temporary-store.ts';

const entry = (requestId: string) =>
  ({ time: 1_000, event: 'token.issued', decision: 'granted', requestId, client: 'shop' }) as const;

let store: TemporaryStore;
let db: Database.Database;
beforeEach(async () => {
  store = await createTemporaryStore();
  db = new Database(store.path);
  await store.storage.read.audit.append(entry('first'));
});
afterEach(async () => {
  db.close();
  await store.close();
});

describe('a log that somebody has been at', () => {
  test.each([
    [
      'refuses records by a trigger',
      `create trigger refuse before insert on audit_log begin select raise(abort, 'no'); end`,
      'drop trigger refuse',
    ],
    [
      'lacks a table',
      'alter table audit_log rename to gone',
      'alter table gone rename to audit_log',
    ],
    ['lacks its head', 'update audit_chains set writer = 9', 'update audit_chains set writer = 1'],
  ])(
    'and that %s is told like any other that cannot be written, and mended',
    async (_, act, undo) => {
      const { read, transaction, stall } = store.storage;
      db.exec(act);
      const unavailable = { code: 'store.unavailable' };
      await expect(transaction((tx) => tx.audit.append(entry('second')))).rejects.toMatchObject(
        unavailable,
      );
      expect(await stall()).toMatchObject({ cause: 'failing' });
      await expect(read.audit.append(entry('third'))).rejects.toMatchObject(unavailable);

      db.exec(undo);
      for (;;) if ((await stall()) === undefined) break;
      await read.audit.append(entry('fourth'));
      const { items } = await read.audit.list({}, { limit: 9, order: 'oldest-first' });
      const events = items.map(({ event, requestId }) =>
        event === 'token.issued' ? requestId : event,
      );
      expect(new Set(events)).toEqual(new Set(['first', 'audit.resumed', 'fourth']));
    },
  );

  test('goes on beyond what was put behind its head, which stays what it was', async () => {
    db.exec(`insert into audit_log select 2, writer, 2, digest, time, personal, personal_digest, entry
      from audit_log`);
    await store.storage.read.audit.append(entry('second'));
    const rows = db.prepare('select id, sequence from audit_log order by id').raw().all();
    expect(rows).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});
