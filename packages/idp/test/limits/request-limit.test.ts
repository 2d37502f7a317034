import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createRequestLimit } from '../../src/limits/request-limit.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the limit on requests', () => {
  test('counts each client for itself, up to so many in a minute', async () => {
    const limit = createRequestLimit(2);
    const state = { name: 'client', limit: 2, windowSeconds: 60, resetsInSeconds: 60 };
    expect(await limit.count('web')).toEqual({ ...state, remaining: 1, exceeded: false });
    expect(await limit.count('web')).toEqual({ ...state, remaining: 0, exceeded: false });
    expect(await limit.count('web')).toEqual({ ...state, remaining: 0, exceeded: true });
    expect(await limit.count('worker')).toEqual({ ...state, remaining: 1, exceeded: false });
    jest.advanceTimersByTime(60_000);
    expect(await limit.count('web')).toEqual({ ...state, remaining: 1, exceeded: false });
  });

  test('is none where it is 0', async () => {
    const limit = createRequestLimit(0);
    for (let n = 0; n < 10; n += 1) expect(await limit.count('web')).toBeUndefined();
  });
});
