import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { createCarrier } from '../../src/store/sqlite/carrier.ts';
import type { Carrier } from '../../src/store/sqlite/carrier.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

const MIB = 1024 * 1024;
/** As many writes as it goes to work after. */
const ENOUGH = 512;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let writer: Database.Database;
let carrier: Carrier;
let heldUp: number;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'log.db');
  writer = new Database(path);
  writer.pragma('journal_mode = wal');
  writer.pragma('wal_autocheckpoint = 0'); // whatever is carried over is the carrier's
  writer.exec('create table kept (number integer primary key, bytes blob)');
  heldUp = 0;
  carrier = createCarrier(path, async (work) => {
    heldUp += 1;
    await work();
  });
});
afterEach(async () => {
  await carrier.close();
  writer.close();
  folder.remove();
});

function write(mebibytes: number): void {
  for (let count = 0; count < mebibytes; count += 1) {
    writer.prepare('insert or replace into kept values (?, ?)').run(count, randomBytes(MIB));
  }
}
async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

test('what was committed comes into the file once it is enough, and not before', async () => {
  write(4);
  carrier.noteWrites(ENOUGH - 1);
  expect(sizeOf(path)).toBeLessThan(MIB);
  carrier.noteWrites(1);
  await untilTrue(() => sizeOf(path) > 4 * MIB);
  expect(heldUp).toBe(0);
});

test('a long log is begun anew, while nobody writes', async () => {
  for (let round = 1; round <= 4; round += 1) {
    write(12);
    carrier.noteWrites(ENOUGH);
    await untilTrue(() => heldUp === round);
    await carrier.close(); // waits for what it is at; the next work starts another thread
    carrier.rest(false);
  }
  // The writes of four rounds, in the room that one of them takes.
  expect(sizeOf(`${path}-wal`)).toBeLessThan(20 * MIB);
});

test('it rests when it is told to, and goes on where it was', async () => {
  carrier.rest(true);
  write(2);
  carrier.noteWrites(ENOUGH);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sizeOf(path)).toBeLessThan(MIB);
  carrier.rest(false);
  carrier.noteWrites(1);
  await untilTrue(() => sizeOf(path) > 2 * MIB);
});

test('its connection is closed with it, so that the writer is the last and leaves no log behind', async () => {
  write(1);
  carrier.noteWrites(ENOUGH);
  await carrier.close();
  writer.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  writer = new Database(path);
});

test('where no thread is to be had nothing is carried over, and nothing else is amiss', async () => {
  let tried = 0;
  const lame = createCarrier(
    path,
    async (work) => {
      await work();
    },
    () => {
      tried += 1;
      throw new Error('no more threads');
    },
  );
  for (let round = 1; round < 3; round += 1) {
    lame.noteWrites(ENOUGH);
    expect(tried).toBe(round);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await lame.close();
});

test('a thread that dies is followed by another', async () => {
  const started: Worker[] = [];
  const mortal = createCarrier(
    path,
    async (work) => {
      await work();
    },
    () => {
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
      started.push(worker);
      return worker;
    },
  );
  mortal.noteWrites(ENOUGH);
  await started[0]?.terminate();
  await new Promise((resolve) => setImmediate(resolve));
  mortal.noteWrites(ENOUGH);
  expect(started).toHaveLength(2);
  await started[1]?.terminate();
  await mortal.close();
});
