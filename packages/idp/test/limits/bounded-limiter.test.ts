import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { boundLimiter } from '../../src/limits/bounded-limiter.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const KEYS_MAX = 1000;

function create() {
  const kept = new RateLimiterMemory({ points: 1, duration: 60, keyPrefix: '' });
  return { limiter: boundLimiter(kept, KEYS_MAX), entries: () => kept.dump().storage.length };
}

describe('a bounded limiter', () => {
  test('keeps as many keys as it may and no more, however many come', async () => {
    const { limiter, entries } = create();
    for (let n = 0; n < 50 * KEYS_MAX; n += 1) await limiter.count(`key-${n}`);
    expect(entries()).toBe(KEYS_MAX);
    expect(jest.getTimerCount()).toBe(KEYS_MAX);
  });

  test('forgets the key that was not counted for longest', async () => {
    const { limiter } = create();
    await limiter.count('quiet');
    await limiter.count('busy');
    for (let n = 0; n < KEYS_MAX; n += 1) {
      await limiter.count(`key-${n}`);
      await limiter.count('busy');
    }
    expect((await limiter.count('busy')).used).toBe(KEYS_MAX + 2);
    expect((await limiter.count('quiet')).used).toBe(1);
  });

  test('counts on beyond its limit, until the window that began with the first count has ended', async () => {
    const { limiter, entries } = create();
    expect(await limiter.count('a')).toEqual({ used: 1, resetsInMs: 60_000 });
    jest.advanceTimersByTime(1500);
    expect(await limiter.count('a')).toEqual({ used: 2, resetsInMs: 58_500 });
    jest.advanceTimersByTime(58_499);
    expect(await limiter.count('a')).toEqual({ used: 3, resetsInMs: 1 });
    jest.advanceTimersByTime(1);
    expect(entries()).toBe(0);
    expect(await limiter.count('a')).toEqual({ used: 1, resetsInMs: 60_000 });
  });

  test('counts from nothing again what it was told to forget, and goes on with all else', async () => {
    const { limiter, entries } = create();
    for (const key of ['a', 'a', 'b']) await limiter.count(key);
    limiter.forget('a');
    limiter.forget('never counted');
    expect(entries()).toBe(1);
    expect((await limiter.count('a')).used).toBe(1);
    expect((await limiter.count('b')).used).toBe(2);
  });
});
