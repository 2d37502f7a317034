import { describe, expect, test } from '@jest/globals';
import { timeOrderedId } from '../src/time-ordered-id.ts';

describe('an id ordered by time', () => {
  test('[RFC 9562 §5.7] is a UUID of version 7', () => {
    expect(timeOrderedId(0x0182a3b4c5d6)).toMatch(
      /^0182a3b4-c5d6-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(timeOrderedId(1)).toMatch(/^00000000-0001-7/);
  });

  test('comes after every id of an earlier moment', () => {
    const now = 1_795_322_285_000;
    expect(timeOrderedId(now) < timeOrderedId(now + 1)).toBe(true);
  });

  test('is another each time, in the same moment too', () => {
    const ids = Array.from({ length: 1_000 }, () => timeOrderedId(7));
    expect(new Set(ids).size).toBe(1_000);
  });
});
