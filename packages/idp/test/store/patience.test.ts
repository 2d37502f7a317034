import { describe, expect, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import { createWaitingRoom } from '../../src/store/patience.ts';

const HOURS = 10_000_000;
const BUSY = Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' });

/** A database that another process holds until it lets go. */
function held() {
  const world = { held: true, looks: 0, attempts: 0 };
  const patiently = createWaitingRoom(() => {
    world.looks += 1;
    return Promise.resolve(!world.held);
  });
  const attempt = (): Promise<string> => {
    world.attempts += 1;
    return world.held ? Promise.reject(BUSY) : Promise.resolve('done');
  };
  return { world, write: (patienceMs: number) => patiently(attempt, patienceMs), patiently };
}

describe('whoever finds the database locked', () => {
  test('waits until it is free, and then writes', async () => {
    const { world, write } = held();
    const written = write(HOURS);
    await until(() => world.looks > 3);
    world.held = false;
    expect(await written).toBe('done');
    expect(world.attempts).toBe(2);
  });

  test('is told once its patience is over, at once where it has none', async () => {
    const { world, write } = held();
    await expect(write(0)).rejects.toBe(BUSY);
    expect(world.attempts).toBe(1);
    await expect(write(20)).rejects.toBe(BUSY);
    const { looks } = world;
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.looks - looks).toBeLessThanOrEqual(1); // nobody waits, so nobody looks
  });

  test('costs no more for a thousand than for one: one looks after it for all', async () => {
    const { world, write } = held();
    const all = Array.from({ length: 1_000 }, () => write(HOURS));
    await until(() => world.looks > 3);
    expect(world.attempts).toBe(1_000);
    world.held = false;
    await Promise.all(all);
    expect(world.attempts).toBe(2_000);
  });

  test('is told of anything else at once', async () => {
    const { patiently } = held();
    const bug = new Error('a bug');
    await expect(patiently(() => Promise.reject(bug), HOURS)).rejects.toBe(bug);
  });
});
