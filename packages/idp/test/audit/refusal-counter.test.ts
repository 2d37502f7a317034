import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  createRefusalCounter,
  NETWORKS_A_MINUTE,
  WHOLE_A_MINUTE,
} from '../../src/audit/refusal-counter.ts';

const refusal = (time: number, address: string, reason = 'invalid_client') => ({
  time,
  reason,
  personal: { address },
});
const address = (n: number): string => `198.51.${String(n >> 8)}.${String(n & 255)}`;

describe('refusals of strangers', () => {
  test('the first of a network in a minute is written down, those after it are counted', () => {
    const counter = createRefusalCounter();
    expect(counter.admit(refusal(60_000, '192.0.2.1'))).toBe(true);
    expect(counter.admit(refusal(60_001, '192.0.2.1'))).toBe(false);
    expect(counter.admit(refusal(60_002, '192.0.2.1', 'invalid_request'))).toBe(false);
    expect(counter.admit(refusal(60_003, '192.0.2.2'))).toBe(true);
    expect(counter.admit(refusal(120_000, '192.0.2.1'))).toBe(true);
    expect(counter.take(119_999)).toEqual([]);
    const counted = {
      network: '192.0.2.1',
      count: 2,
      first: 60_001,
      last: 60_002,
      reasons: { invalid_client: 1, invalid_request: 1 },
    };
    expect(counter.take(120_000)).toEqual([counted]);
    expect(counter.take(Infinity)).toEqual([]);
  });

  test('a minute leaves a bounded number of records, and none of its refusals is lost', () => {
    const sent = fc.array(
      fc.record({ network: fc.nat(3000), reason: fc.constantFrom('a', 'b', 'c') }),
      { minLength: 100, maxLength: 2000, size: 'max' },
    );
    fc.assert(
      fc.property(sent, (refusals) => {
        const counter = createRefusalCounter();
        const whole = refusals.filter(({ network, reason }) =>
          counter.admit(refusal(1, address(network), reason)),
        );
        const counted = counter.take(Infinity);
        expect(whole.length).toBeLessThanOrEqual(WHOLE_A_MINUTE);
        expect(counted.length).toBeLessThanOrEqual(NETWORKS_A_MINUTE + 1);
        const total = counted.reduce((sum, { count }) => sum + count, whole.length);
        expect(total).toBe(refusals.length);
        for (const { count, reasons } of counted) {
          expect(Object.values(reasons).reduce((sum, n) => sum + n, 0)).toBe(count);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('what comes beyond the bound is told together, from nowhere in particular', () => {
    const counter = createRefusalCounter();
    const all = Array.from({ length: 32 + 128 + 7 }, (_, n) => address(n));
    const whole = all.filter((from) => counter.admit(refusal(1, from)));
    expect(whole).toEqual(all.slice(0, 32));
    const counted = counter.take(Infinity);
    expect(counted.map(({ network, count }) => [network, count])).toEqual([
      ...all.slice(32, 32 + 128).map((network) => [network, 1]),
      [undefined, 7],
    ]);
  });

  test('reasons are bounded too', () => {
    const counter = createRefusalCounter();
    for (let n = 0; n < 100; n += 1) counter.admit(refusal(1, '192.0.2.1', `reason-${String(n)}`));
    const [{ reasons = {}, count } = {}] = counter.take(Infinity);
    expect(count).toBe(99);
    expect(Object.keys(reasons).length).toBeLessThanOrEqual(17);
    expect(reasons['other']).toBe(99 - 16);
  });
});
