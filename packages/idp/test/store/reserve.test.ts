import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openStorage } from '../../src/store/open-storage.ts';
import { describeStoreProblem } from '../../src/store/problem.ts';
import { createReserve } from '../../src/store/sqlite/reserve.ts';
import { openSound, temporaryFolder } from '../support/temporary-store.ts';

const KIB = 1024;
const BYTES = 600 * KIB;
/** More than any disk has. */
const IMPOSSIBLE = 2 ** 60;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'ambit.db');
});
afterEach(() => folder.remove());

const reserveFile = () => `${path}-reserve`;
const sizeNow = () => statSync(reserveFile(), { throwIfNoEntry: false })?.size ?? 0;

describe('a reserve', () => {
  test('is a file of real blocks, which nothing can make smaller, for its owner alone', async () => {
    const reserve = createReserve(reserveFile(), BYTES, () => undefined);
    expect(reserve.isWhole()).toBe(false);
    expect(await reserve.restore()).toBe(true);
    expect(reserve.isWhole()).toBe(true);
    const { size, blocks, mode } = statSync(reserveFile());
    expect([size, mode & 0o777]).toEqual([BYTES, 0o600]);
    expect(blocks * 512).toBeGreaterThanOrEqual(BYTES);
    expect(gzipSync(readFileSync(reserveFile())).length).toBeGreaterThanOrEqual(BYTES);
  });

  test('is given back in steps until nothing is left, and made whole from wherever it stands', async () => {
    const told: boolean[] = [];
    const reserve = createReserve(reserveFile(), BYTES, (isWhole) => told.push(isWhole));
    await reserve.restore();
    const sizes: number[] = [];
    while (reserve.release()) sizes.push(sizeNow() / KIB);
    expect(sizes).toEqual([344, 88, 0]);
    expect(reserve.release()).toBe(false);
    writeFileSync(reserveFile(), Buffer.alloc(100 * KIB));
    expect(await reserve.restore()).toBe(true);
    expect(sizeNow()).toBe(BYTES);
    expect([told.at(0), told.at(1), told.at(2), told.at(-1)]).toEqual([false, true, false, true]);
  });

  test('is not made where the disk has not the room for it and more', async () => {
    const reserve = createReserve(reserveFile(), IMPOSSIBLE, () => undefined);
    expect(await reserve.restore()).toBe(false);
    expect(sizeNow()).toBe(0);
  });
});

describe('opening a database', () => {
  const change = (store: Awaited<ReturnType<typeof openSound>>, urgency?: 'securing') =>
    store.storage.transaction((tx) => tx.revision.advance(['clients']), urgency);

  test('lays its reserve beside it', async () => {
    const store = await openSound(path, { reserveBytes: BYTES });
    expect(sizeNow()).toBe(BYTES);
    await store.close();
  });

  test('that is new is refused where the disk has no room for its reserve, and leaves nothing', async () => {
    const opened = await openStorage({ url: `sqlite:${path}`, reserveBytes: IMPOSSIBLE });
    expect(opened).toMatchObject({ ok: false, error: { code: 'store.no_room', path } });
    if (!opened.ok) expect(describeStoreProblem(opened.error).message).toMatch(/MiB more/);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('whose reserve cannot be made whole takes securing changes alone', async () => {
    const laidOut = await openSound(path);
    await laidOut.migrate();
    await laidOut.close();
    const store = await openSound(path, { reserveBytes: IMPOSSIBLE, clock: () => 7 });
    expect(await store.storage.stall()).toMatchObject({ since: 7, cause: 'full' });
    await expect(change(store)).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await change(store, 'securing')).toBe(1);
    const entry = { time: 1, event: 'token.issued', decision: 'granted', requestId: 'r' } as const;
    const { append } = store.storage.read.audit;
    await expect(append(entry)).rejects.toMatchObject({ code: 'store.unavailable' });
    await append({
      ...{ ...entry, requestId: randomUUID(), resourceServer: 'ambit' },
      grantedScopes: ['ambit.token:revoke'],
    });
    await store.close();
  });

  test('whose reserve somebody has taken away makes it again, and says that it had to', async () => {
    const store = await openSound(path, { reserveBytes: BYTES });
    await store.migrate();
    rmSync(reserveFile());
    expect(await store.storage.stall()).toBeUndefined();
    expect(sizeNow()).toBe(BYTES);
    const { items } = await store.storage.read.audit.list(
      { event: 'audit.resumed' },
      { limit: 9, order: 'newest-first' },
    );
    expect(items).toMatchObject([{ actor: 'system', after: { cause: 'full', refused: 0 } }]);
    await store.close();
  });
});
