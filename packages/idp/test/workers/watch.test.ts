import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchWorkers } from '../../src/workers/watch.ts';
import type { WatchedWorker } from '../../src/workers/watch.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const MINUTE = 60_000;

test('a worker that does not answer is killed within half a minute, and one that answers now and then is not', async () => {
  const killed: number[] = [];
  let asked = 0;
  const worker = (number: number, ask: () => Promise<unknown>): WatchedWorker => ({
    ...{ number, ask },
    kill: () => void killed.push(number),
  });
  const never = (): Promise<unknown> => new Promise(() => undefined);
  let workers = [
    worker(1, () => Promise.resolve()),
    worker(2, () => ((asked += 1) % 4 === 0 ? Promise.resolve() : never())),
    worker(3, never),
  ];
  const told: string[] = [];
  const watch = watchWorkers(() => workers, { error: (message) => void told.push(message) });
  await jest.advanceTimersByTimeAsync(MINUTE / 2);
  expect(new Set(killed)).toEqual(new Set([3]));
  expect(told).toContain('worker does not answer and is killed');
  workers = workers.filter(({ number }) => number !== 3);
  killed.length = 0;
  await jest.advanceTimersByTimeAsync(10 * MINUTE);
  expect(killed).toEqual([]);
  watch.stop();
  expect(jest.getTimerCount()).toBe(0);
});
