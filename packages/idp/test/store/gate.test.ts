import { describe, expect, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import type { Stall } from '../../src/audit/stall.ts';
import { createGate } from '../../src/store/gate.ts';

const fault = (code: string) => Object.assign(new Error(code), { code });
const FULL = fault('SQLITE_FULL');
const BUSY = fault('SQLITE_BUSY');
const UNAVAILABLE = { code: 'store.unavailable' };

/** A gate before a store that is in the hands of the test. */
function openGate({ steps = 3, whole = true } = {}) {
  const world = {
    now: 1_000,
    /** What is wrong with the store. */
    broken: undefined as Error | undefined,
    /** Whether the disk has room for the reserve; an error where that runs out while it is made. */
    room: whole as boolean | Error,
    left: whole ? steps : 0,
    /** How many steps must be given back until a securing write fits. */
    wanted: 0,
    resumed: [] as Stall[],
    told: [] as string[],
    probes: 0,
  };
  const gate = createGate({
    clock: () => world.now,
    reserve: {
      isWhole: () => world.left >= steps,
      release: () => (world.left === 0 ? false : ((world.left -= 1), true)),
      restore() {
        if (world.room instanceof Error) return Promise.reject(world.room);
        if (world.room) world.left = steps;
        return Promise.resolve(world.room);
      },
    },
    observer: {
      onStall: ({ cause }) => world.told.push(`stall ${cause}`),
      onResume: ({ cause }) => world.told.push(`resume ${cause}`),
    },
    resume(stall) {
      world.probes += 1;
      if (world.broken) return Promise.reject(world.broken);
      world.resumed.push(stall);
      return Promise.resolve();
    },
  });
  const write = () => (world.broken ? Promise.reject(world.broken) : Promise.resolve('done'));
  return {
    world,
    gate,
    ordinary: (countedAs: 'refused' | 'unrecorded' | 'nothing' = 'refused') =>
      gate.ordinary(write, countedAs),
    securing: () =>
      gate.securing(() => (steps - world.left < world.wanted ? Promise.reject(FULL) : write())),
  };
}

describe('while the store can be written', () => {
  test('everything goes through, and nothing is told', async () => {
    const { gate, world, ordinary, securing } = openGate();
    expect([await ordinary(), await securing()]).toEqual(['done', 'done']);
    expect(await gate.check()).toBeUndefined();
    expect([world.told, world.probes]).toEqual([[], 0]);
  });

  test('a fault of ours closes nothing', async () => {
    const { gate, world, ordinary } = openGate();
    world.broken = new Error('a bug');
    await expect(ordinary()).rejects.toThrow('a bug');
    world.broken = undefined;
    expect(await ordinary()).toBe('done');
    expect(await gate.check()).toBeUndefined();
  });

  test('only so many ordinary writes wait at once; one more is refused', async () => {
    const { gate } = openGate();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiting = Array.from({ length: 4_096 }, () => gate.ordinary(() => promise, 'refused'));
    await expect(gate.ordinary(() => promise, 'refused')).rejects.toMatchObject(UNAVAILABLE);
    resolve(undefined);
    await Promise.all(waiting);
    await gate.ordinary(() => promise, 'refused');
  });
});

describe.each([
  ['full', FULL],
  ['locked', BUSY],
  ['failing', fault('SQLITE_READONLY')],
  ['full', fault('SQLITE_IOERR_WRITE')],
] as const)('a store that is %s', (cause, error) => {
  test('refuses what is ordinary at once, without trying, and says since when and why', async () => {
    const { gate, world, ordinary } = openGate();
    world.broken = error;
    await expect(ordinary()).rejects.toBe(error);
    world.now += 500;
    const tried = world.probes;
    const write = () => Promise.reject(new Error('was tried'));
    for (let n = 0; n < 3; n += 1) {
      await expect(gate.ordinary(write, 'unrecorded')).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(world.probes - tried).toBeLessThanOrEqual(3);
    const stall = { since: 1_000, cause, refused: 1, unrecorded: 3 };
    expect(await gate.check()).toEqual({ ...stall, isReserveWhole: true });
    expect(world.told).toEqual([`stall ${cause}`]);
  });

  test('is tried again by whoever asks how it is, and then goes on', async () => {
    const { gate, world, ordinary } = openGate();
    world.broken = error;
    await ordinary().catch(() => undefined);
    expect(await gate.check()).toMatchObject({ cause });
    world.broken = undefined;
    await until(async () => (await gate.check()) === undefined);
    expect(world.resumed).toEqual([{ since: 1_000, cause, refused: 1, unrecorded: 0 }]);
    expect(world.told).toEqual([`stall ${cause}`, `resume ${cause}`]);
    expect(await ordinary()).toBe('done');
  });

  test('is tried again by whoever comes to write', async () => {
    const { world, ordinary } = openGate();
    world.broken = error;
    await ordinary().catch(() => undefined);
    world.broken = undefined;
    await until(() => ordinary('nothing').then(Boolean, () => false));
    expect(world.resumed).toHaveLength(1);
  });
});

describe('a full disk', () => {
  test('lets a securing write through at the first attempt, from as much of the reserve as it needs', async () => {
    const { world, securing } = openGate();
    world.wanted = 2;
    expect(await securing()).toBe('done');
    expect(world.left).toBe(1);
    expect(world.told).toEqual(['stall full']);
  });

  test('refuses it where the reserve is used up', async () => {
    const { world, securing } = openGate();
    world.wanted = 9;
    await expect(securing()).rejects.toBe(FULL);
    expect(world.left).toBe(0);
  });

  test('takes nothing ordinary until the reserve is whole again, though it might fit', async () => {
    const { gate, world, ordinary, securing } = openGate();
    world.wanted = 1;
    world.room = false;
    await securing();
    await expect(ordinary()).rejects.toMatchObject(UNAVAILABLE);
    expect(await gate.check()).toMatchObject({ cause: 'full', isReserveWhole: false });
    expect(world.resumed).toEqual([]);
    world.room = true;
    await until(async () => (await gate.check()) === undefined);
    expect([world.left, world.resumed.length]).toEqual([3, 1]);
  });

  test('counts as full as long as it has no room to spare, though one more record might fit', async () => {
    const { gate, world, ordinary } = openGate();
    world.room = false;
    world.broken = FULL;
    await ordinary().catch(() => undefined);
    world.broken = undefined;
    expect(await gate.check()).toMatchObject({ cause: 'full' });
    expect([world.left, world.probes]).toEqual([3, 0]);
  });

  test.each(['ENOSPC', 'EDQUOT'])(
    'is one that fills while the reserve is made: %s',
    async (code) => {
      const { gate, world, ordinary } = openGate({ whole: false });
      world.room = fault(code);
      await ordinary().catch(() => undefined);
      expect(await gate.check()).toMatchObject({ cause: 'full', isReserveWhole: false });
    },
  );

  test('is one from the start where the reserve of an earlier run is not whole', async () => {
    const { gate, ordinary, securing } = openGate({ whole: false });
    await expect(ordinary()).rejects.toMatchObject(UNAVAILABLE);
    expect(await securing()).toBe('done');
    expect(await gate.check()).toMatchObject({ cause: 'full', refused: 1 });
  });

  test('is noticed where somebody has taken the reserve away', async () => {
    const { gate, world, ordinary } = openGate();
    await ordinary();
    [world.left, world.room] = [0, false];
    expect(await gate.check()).toMatchObject({ cause: 'full' });
  });
});

test('a lock does not give the reserve away', async () => {
  const { world, securing } = openGate();
  world.broken = BUSY;
  await expect(securing()).rejects.toBe(BUSY);
  expect(world.left).toBe(3);
});
