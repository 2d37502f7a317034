import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createFailureLimit } from '../../src/limits/failure-limit.ts';
import type { Attempt, FailureLimit } from '../../src/limits/failure-limit.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

async function fail(limit: FailureLimit, times: number, attempt: Attempt) {
  const waits: (number | undefined)[] = [];
  for (let n = 0; n < times; n += 1) waits.push(await limit.count(attempt));
  return waits;
}
const WEB = { address: '192.0.2.1', client: 'web' };
const FREE = [undefined, undefined, undefined, undefined, undefined];

describe('failures to authenticate', () => {
  test('are told to wait from the sixth on, twice as long each time, up to a minute', async () => {
    const limit = createFailureLimit();
    expect(await fail(limit, 13, WEB)).toEqual([...FREE, 1, 2, 4, 8, 16, 32, 60, 60]);
    expect((await fail(limit, 5000, WEB)).at(-1)).toBe(60);
  });

  test('count for one client from one address, and for no other', async () => {
    const limit = createFailureLimit();
    await fail(limit, 9, WEB);
    const others: Attempt[] = [
      { ...WEB, address: '192.0.2.2' },
      { ...WEB, client: 'worker' },
      { ...WEB, client: '' },
      { address: WEB.address },
    ];
    for (const other of others) expect(await fail(limit, 6, other)).toEqual([...FREE, 1]);
  });

  test('are forgotten by a right credential, for its own client and address alone', async () => {
    const limit = createFailureLimit();
    const elsewhere = { ...WEB, address: '192.0.2.2' };
    await fail(limit, 5, WEB);
    await fail(limit, 5, elsewhere);
    limit.forget(elsewhere);
    expect(await fail(limit, 1, WEB)).toEqual([1]);
    expect(await fail(limit, 6, elsewhere)).toEqual([...FREE, 1]);
  });

  test('are forgotten ten minutes after the first of them', async () => {
    const limit = createFailureLimit();
    await fail(limit, 3, WEB);
    jest.advanceTimersByTime(599_999);
    expect(await fail(limit, 3, WEB)).toEqual([undefined, undefined, 1]);
    jest.advanceTimersByTime(1);
    expect(await fail(limit, 6, WEB)).toEqual([...FREE, 1]);
  });

  test('of a whole /64 count together, and a name without end counts by its beginning', async () => {
    const limit = createFailureLimit();
    for (let host = 1; host <= 5; host += 1) {
      await fail(limit, 1, { ...WEB, address: `2001:db8:0:1::${host}` });
    }
    expect(await fail(limit, 1, { ...WEB, address: '2001:db8:0:1:ffff::9' })).toEqual([1]);
    expect(await fail(limit, 1, { ...WEB, address: '2001:db8:0:2::1' })).toEqual([undefined]);
    const endless = (tail: string) => ({ ...WEB, client: `${'x'.repeat(128)}${tail}` });
    await fail(limit, 5, endless('a'));
    expect(await fail(limit, 1, endless('b'))).toEqual([1]);
  });
});
