import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import { createGroupCommit } from '../../src/store/group-commit.ts';

const fault = (code: string) => Object.assign(new Error(code), { code });

/** A store that takes writes into the open transaction and keeps them at its commit. */
function memory() {
  const committed: string[][] = [];
  const told: number[] = [];
  let open: string[] = [];
  const disk: { broken?: Error | undefined; attempts: number } = { attempts: 0 };
  const inGroup = createGroupCommit(
    (work) => {
      disk.attempts += 1;
      if (disk.broken?.message === 'SQLITE_BUSY') return Promise.reject(disk.broken);
      open = [];
      work();
      if (disk.broken) return Promise.reject(disk.broken);
      committed.push(open);
      return Promise.resolve();
    },
    (writes) => told.push(writes),
  );
  const write = (name: string, patienceMs = 0) =>
    inGroup(() => {
      if (name === 'bad') throw new Error('bad');
      if (name === 'full') throw fault('SQLITE_FULL');
      return open.push(name);
    }, patienceMs);
  return { committed, told, write, disk };
}

const settled = (told: readonly PromiseSettledResult<unknown>[]) =>
  told.map(({ status }) => status);

describe('a group commit', () => {
  test('puts the writes of one turn into one transaction, in the order asked', async () => {
    const { committed, write } = memory();
    expect(await Promise.all([write('a'), write('b'), write('c')])).toEqual([1, 2, 3]);
    await write('d');
    expect(committed).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('waits for whoever comes in the next turn, as long as each turn brings somebody', async () => {
    const { committed, write } = memory();
    const asked = [write('a')];
    for (const name of ['b', 'c', 'd']) {
      await setImmediate();
      asked.push(write(name));
    }
    await Promise.all(asked);
    expect(committed).toEqual([['a', 'b', 'c', 'd']]);
  });

  test('waits for nobody once there are enough, though they keep coming', async () => {
    const { committed, write } = memory();
    const asked: Promise<unknown>[] = [];
    for (let turn = 0; turn < 1_000 && committed.length === 0; turn += 1) {
      asked.push(write('one more'));
      await setImmediate();
    }
    await Promise.all(asked);
    expect(committed[0]?.length).toBe(32);
  });

  test('tells nobody before it has committed', async () => {
    const { committed, write } = memory();
    const seen = await Promise.all(
      ['a', 'b'].map((name) => write(name).then(() => committed.length)),
    );
    expect(seen).toEqual([1, 1]);
  });

  test('refuses a write that fails, and no other of its group', async () => {
    const { committed, write } = memory();
    const told = await Promise.allSettled([write('a'), write('bad'), write('c')]);
    expect(settled(told)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(committed.flat()).toEqual(['a', 'c']);
  });

  test('tells how many writes each group held that is on the disk', async () => {
    const { told, write, disk } = memory();
    await Promise.allSettled([write('a'), write('bad'), write('c')]);
    await write('d');
    disk.broken = new Error('gone');
    await Promise.allSettled([write('e')]);
    expect(told).toEqual([2, 1]);
  });

  test('refuses every write that it cannot commit', async () => {
    const { committed, write, disk } = memory();
    disk.broken = new Error('gone');
    const told = await Promise.allSettled([write('a'), write('b')]);
    expect(settled(told)).toEqual(['rejected', 'rejected']);
    expect(committed).toEqual([]);
  });

  test('refuses the whole group at once where the machine is at fault, whichever write met it', async () => {
    const { committed, write, disk } = memory();
    const told = await Promise.allSettled([write('a'), write('full'), write('c')]);
    expect(settled(told)).toEqual(['rejected', 'rejected', 'rejected']);
    expect([committed, disk.attempts]).toEqual([[], 1]);
  });
});

describe('a group commit, while another process holds the database', () => {
  const HOURS = 10_000_000;

  test('keeps what was asked for, takes on what comes, and commits all of it once it can', async () => {
    const { committed, write, disk } = memory();
    disk.broken = fault('SQLITE_BUSY');
    const first = write('a', HOURS);
    await until(() => disk.attempts > 2);
    const second = write('b', HOURS);
    await until(() => disk.attempts > 4);
    disk.broken = undefined;
    await Promise.all([first, second]);
    expect(committed).toEqual([['a', 'b']]);
  });

  test('refuses whoever has waited long enough, and lets the others wait on', async () => {
    const { committed, write, disk } = memory();
    disk.broken = fault('SQLITE_BUSY');
    const patient = write('a', HOURS);
    await expect(write('b', 0)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await expect(write('c', 20)).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    disk.broken = undefined;
    await patient;
    expect(committed).toEqual([['a']]);
  });
});
