import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { openStorage, SCHEMA_VERSION } from '../../src/store/open-storage.ts';
import { describeStoreProblem } from '../../src/store/problem.ts';
import { aClient } from '../contracts/clients.ts';
import { openSound, temporaryFolder } from '../support/temporary-store.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'ambit.db');
});
afterEach(() => folder.remove());

const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

/** Expects the file to be refused and left, with its folder, exactly as it was. */
async function expectRefusedUntouched(code: string): Promise<void> {
  const before = [digest(path), statSync(path).mtimeMs, readdirSync(folder.path)];
  const opened = await openStorage({ url: `sqlite:${path}` });
  expect(opened).toMatchObject({ ok: false, error: { code, path } });
  expect([digest(path), statSync(path).mtimeMs, readdirSync(folder.path)]).toEqual(before);
}

async function layOut(): Promise<void> {
  const store = await openSound(path);
  await store.migrate();
  await store.storage.transaction((tx) => tx.clients.insert(aClient('one')));
  await store.close();
}

function edit(work: (db: Database.Database) => void): void {
  const db = new Database(path);
  work(db);
  db.pragma('wal_checkpoint(truncate)');
  db.close();
}

describe('opening a database', () => {
  test('a new one is made, its file for its owner alone', async () => {
    const store = await openSound(path);
    expect(await store.schemaVersion()).toBe(0);
    await store.migrate();
    expect(await store.schemaVersion()).toBe(SCHEMA_VERSION);
    for (const file of readdirSync(folder.path)) {
      expect(statSync(join(folder.path, file)).mode & 0o777).toBe(0o600);
    }
    await store.close();
  });

  test.each(['sqlite:', 'sqlite://'])('%s and a path opens what was kept there', async (scheme) => {
    await layOut();
    const opened = await openStorage({ url: `${scheme}${path}` });
    if (!opened.ok) throw new Error(opened.error.code);
    expect(await opened.value.schemaVersion()).toBe(SCHEMA_VERSION);
    expect(await opened.value.storage.read.clients.find('one')).toBeDefined();
    await opened.value.close();
  });

  test('migrating again changes nothing further', async () => {
    await layOut();
    const store = await openSound(path);
    await store.migrate();
    expect(await store.storage.read.clients.find('one')).toBeDefined();
    await store.close();
  });

  test('a file of another kind is refused and left as it is', async () => {
    writeFileSync(path, 'This is not a database, but it is longer than a header.\n'.repeat(9));
    await expectRefusedUntouched('store.foreign');
    writeFileSync(path, 'short');
    await expectRefusedUntouched('store.foreign');
  });

  test.each(['delete', 'wal'])(
    'a database of another program is refused and left as it is (journal mode %s)',
    async (mode) => {
      edit((db) => {
        db.pragma(`journal_mode = ${mode}`);
        db.exec('create table theirs (x); insert into theirs values (1)');
      });
      await expectRefusedUntouched('store.foreign');
    },
  );

  test('a schema newer than known is refused and left as it is', async () => {
    await layOut();
    edit((db) => {
      db.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
      db.pragma('journal_mode = delete'); // which opening it would turn back
    });
    await expectRefusedUntouched('store.too_new');
  });

  test('a file cut short is refused and left as it is', async () => {
    await layOut();
    truncateSync(path, statSync(path).size - 4096);
    await expectRefusedUntouched('store.corrupt');
  });

  test('a file whose last pages are still in its log is opened, and a log that lacks them is no help', async () => {
    await layOut();
    const small = readFileSync(path);
    const db = new Database(path);
    db.pragma('wal_autocheckpoint = 0');
    db.exec('create table filled (bytes blob); insert into filled values (zeroblob(200000))');
    const log = readFileSync(`${path}-wal`);
    db.close(); // which carries everything over
    // As a full disk leaves it: the first page says how large the file will be, and nothing after it was carried over.
    const half = Buffer.concat([readFileSync(path).subarray(0, 4096), small.subarray(4096)]);
    writeFileSync(path, half);
    writeFileSync(`${path}-wal`, log.subarray(0, 40_000));
    expect(await openStorage({ url: `sqlite:${path}` })).toMatchObject({
      error: { code: 'store.corrupt' },
    });
    writeFileSync(`${path}-wal`, log);
    const store = await openSound(path);
    await store.close();
    edit((whole) => {
      expect(whole.prepare('select length(bytes) from filled').pluck().get()).toBe(200_000);
    });
  });

  test.each([
    ['the first page', 100, 600],
    ['a page', 4096, 3 * 4096],
  ])('damage to %s is refused and the file left as it is', async (_what, from, to) => {
    await layOut();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, from, to);
    writeFileSync(path, bytes);
    await expectRefusedUntouched('store.corrupt');
  });

  test('where none may be made, none is', async () => {
    expect(await openStorage({ url: `sqlite:${path}`, create: false })).toMatchObject({
      error: { code: 'store.absent', path },
    });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a path that cannot be written is told, not thrown', async () => {
    const under = join(path, 'ambit.db');
    writeFileSync(path, 'a file where a folder should be');
    expect(await openStorage({ url: `sqlite:${under}` })).toMatchObject({
      error: { code: 'store.unreadable', path: under, reason: 'ENOTDIR' },
    });
    const nowhere = join(folder.path, 'nowhere', 'ambit.db');
    expect(await openStorage({ url: `sqlite:${nowhere}` })).toMatchObject({
      error: { code: 'store.unwritable', path: nowhere, reason: 'ENOENT' },
    });
    mkdirSync(join(folder.path, 'folder'));
    expect(await openStorage({ url: `sqlite:${join(folder.path, 'folder')}` })).toMatchObject({
      error: { code: 'store.unreadable' },
    });
  });

  test.each(['', 'sqlite:', 'postgres://db/ambit', '/var/lib/ambit.db'])(
    'the URL `%s` is not understood',
    async (url) => {
      expect(await openStorage({ url })).toMatchObject({ error: { code: 'store.url_malformed' } });
    },
  );

  test('every problem is one line that names the file, with a hint', () => {
    const { message, hint } = describeStoreProblem({
      code: 'store.too_new',
      path: '/x/ambit.db',
      found: 9,
      known: 1,
    });
    expect(message).toBe('the database `/x/ambit.db` has schema 9, and this release knows up to 1');
    expect(hint).toContain('left as it is');
  });
});
