import { expect, test } from '@jest/globals';
import { restartDelayMs } from '../../src/workers/crew.ts';

test('a worker that ends is replaced at once, and later each time that was in vain, up to half a minute', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 100].map(restartDelayMs);
  expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});
