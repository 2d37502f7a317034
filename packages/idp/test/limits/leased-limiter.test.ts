import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { countHere } from '../../src/limits/counting.ts';
import { createLeasedLimiter } from '../../src/limits/leased-limiter.ts';

beforeEach(() => {
  jest.useFakeTimers({ advanceTimers: false, doNotFake: ['setImmediate', 'nextTick'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const KEYS_MAX = 1_000;

/** So many processes that share a counter, which tells how often it was asked. */
function createCompany(processes: number, enough: number) {
  const shared = countHere('requests');
  const world = { asked: 0, forgotten: [] as string[] };
  const limiters = Array.from({ length: processes }, () =>
    createLeasedLimiter(
      {
        async count(key, times) {
          world.asked += 1;
          await new Promise((resolve) => setImmediate(resolve));
          return shared.count(key, times);
        },
        forget(key) {
          world.forgotten.push(key);
          shared.forget(key);
          for (const limiter of limiters) limiter.forgotten(key);
        },
      },
      { processes, enough, keysMax: KEYS_MAX },
    ),
  );
  const at = (index: number) => limiters[index % processes] as (typeof limiters)[number];
  return { world, at };
}

describe('limiters of several processes', () => {
  test('never let through more than the limit, nor a hundredth less, however requests come to them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 900 })), {
          minLength: 1,
          maxLength: 12,
        }),
        async (processes, limit, bursts) => {
          const { at } = createCompany(processes, limit + 1);
          let sent = 0;
          let admitted = 0;
          for (const [process, size] of bursts) {
            const counts = await Promise.all(
              Array.from({ length: size }, () => at(process).count('web')),
            );
            sent += size;
            admitted += counts.filter(({ used }) => used <= limit).length;
          }
          expect(admitted).toBeLessThanOrEqual(limit);
          const missed = Math.min(sent, limit) - admitted;
          expect(missed).toBeLessThanOrEqual(Math.floor((limit + 1) / 100));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('leave no more than a hundredth of the limit with those that do not use it, however many they are', async () => {
    const limit = 10_000;
    const { at } = createCompany(4, limit + 1);
    let admitted = 0;
    const send = async (process: number, times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        if ((await at(process).count('web')).used <= limit) admitted += 1;
      }
    };
    for (const process of [0, 1, 2]) await send(process, 240);
    await send(3, limit);
    expect(admitted).toBeGreaterThanOrEqual(limit - limit / 100);
  });

  test('ask rarely for a client that has many left, and not at all for one that has none', async () => {
    const { at, world } = createCompany(2, 60_001);
    for (let n = 0; n < 30_000; n += 1) await at(0).count('web');
    expect(world.asked).toBeLessThan(120);
    for (let n = 0; n < 30_300; n += 1) await at(0).count('web');
    const { asked } = world;
    expect((await at(0).count('web')).used).toBeGreaterThan(60_000);
    expect(world.asked).toBe(asked);
  });

  test('lease no more to a process than it may be about to use', async () => {
    const { at } = createCompany(2, 60_001);
    await at(0).count('web');
    expect((await at(1).count('web')).used).toBe(2);
  });

  test('give out each number once, whoever waits for it', async () => {
    const { at } = createCompany(3, 11);
    const counts = await Promise.all(Array.from({ length: 10 }, (_, n) => at(n).count('web')));
    expect(counts.map(({ used }) => used).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  test('begin anew when the window has ended, and what was leased in it is gone', async () => {
    const { at } = createCompany(2, 60_001);
    for (let n = 0; n < 50; n += 1) await at(0).count('web');
    expect((await at(0).count('web')).resetsInMs).toBe(60_000);
    jest.advanceTimersByTime(60_000);
    expect(await at(0).count('web')).toEqual({ used: 1, resetsInMs: 60_000 });
  });

  test('forget in all of them what one was told to forget, and tell of it only where it was counted', async () => {
    const { at, world } = createCompany(2, 12);
    for (let n = 0; n < 6; n += 1) await at(0).count('web');
    at(1).forget('web');
    expect(world.forgotten).toEqual([]);
    at(1).begun('web');
    at(1).forget('web');
    expect(world.forgotten).toEqual(['web']);
    expect((await at(0).count('web')).used).toBe(1);
  });
});
