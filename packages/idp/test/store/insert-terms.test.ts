import Database from 'better-sqlite3';
import { expect, test } from '@jest/globals';
import { createTemporaryStore } from '../support/temporary-store.ts';

const time = 1_000;
const entry = (requestId: string) =>
  ({ time, event: 'token.issued', decision: 'granted', requestId, client: 'shop' }) as const;

test('a record whose words cannot all be written leaves none, and those of its group are written', async () => {
  const store = await createTemporaryStore();
  const db = new Database(store.path);
  try {
    // The second record comes upon one of its words, after another has been put in.
    db.prepare('insert into audit_terms values (?, ?, ?)').run('request=second', time, 2);
    const { append } = store.storage.read.audit;
    const written = await Promise.allSettled(['first', 'second'].map((id) => append(entry(id))));
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);

    const found = db.prepare('select record from audit_terms where term = ?').pluck();
    expect(found.all('client=shop')).toEqual([1]);
  } finally {
    db.close();
    await store.close();
  }
});
