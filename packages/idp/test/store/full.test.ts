import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

test('a file that fills in the middle of a transaction is told as such, and nothing of it is kept', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'ambit.db');
  const engine = await openSqlite({ path, kind: 'new', records: 'normal', reserveBytes: 0 });
  await engine.migrate();
  const limit = (pages: number) =>
    engine.transaction((db) => db.raw(`pragma max_page_count = ${pages}`), 0);

  await limit(100);
  const work = engine.transaction(async (db) => {
    await db('replays').insert({ key: 'before', expires_at: 1 });
    await db('replays').insert({ key: 'x'.repeat(1_000_000), expires_at: 1 });
  }, 0);
  await expect(work).rejects.toMatchObject({ code: 'SQLITE_FULL' });
  await limit(1_000_000);
  await engine.transaction((db) => db('replays').insert({ key: 'after', expires_at: 1 }), 0);

  expect(await engine.reader('replays').select('key')).toEqual([{ key: 'after' }]);
  await engine.close();
  folder.remove();
});
