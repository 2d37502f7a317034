import { describe, expect, test } from '@jest/globals';
import { createGroupCommit } from '../../src/store/group-commit.ts';

/** A store that takes writes into the open transaction and keeps them at its commit. */
function memory() {
  const committed: string[][] = [];
  let open: string[] = [];
  let broken = false;
  const told: number[] = [];
  const inGroup = createGroupCommit(
    (work) => {
      open = [];
      work();
      if (broken) return Promise.reject(new Error('disk full'));
      committed.push(open);
      return Promise.resolve();
    },
    (writes) => told.push(writes),
  );
  const write = (name: string) =>
    inGroup(() => {
      if (name === 'bad') throw new Error('bad');
      return open.push(name);
    });
  return { committed, told, write, breakDisk: () => (broken = true) };
}

describe('a group commit', () => {
  test('puts the writes of one turn into one transaction, in the order asked', async () => {
    const { committed, write } = memory();
    expect(await Promise.all([write('a'), write('b'), write('c')])).toEqual([1, 2, 3]);
    await write('d');
    expect(committed).toEqual([['a', 'b', 'c'], ['d']]);
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
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(committed.flat()).toEqual(['a', 'c']);
  });

  test('tells how many writes each group held that is on the disk', async () => {
    const { told, write, breakDisk } = memory();
    await Promise.allSettled([write('a'), write('bad'), write('c')]);
    await write('d');
    breakDisk();
    await Promise.allSettled([write('e')]);
    expect(told).toEqual([2, 1]);
  });

  test('refuses every write that it cannot commit', async () => {
    const { committed, write, breakDisk } = memory();
    breakDisk();
    const told = await Promise.allSettled([write('a'), write('b')]);
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(committed).toEqual([]);
  });
});
