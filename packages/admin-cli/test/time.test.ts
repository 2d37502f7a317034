import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeTimeAgo, decodeTimeAhead, writeTime } from '../src/time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('times', () => {
  test('a duration counts from now, ahead or back', () => {
    expect(decodeTimeAhead('8h', NOW)).toBe('2026-11-22T20:00:00Z');
    expect(decodeTimeAhead('90s', NOW)).toBe('2026-11-22T12:01:30Z');
    expect(decodeTimeAhead('2w', NOW)).toBe('2026-12-06T12:00:00Z');
    expect(decodeTimeAgo('7d', NOW)).toBe('2026-11-15T12:00:00Z');
    expect(decodeTimeAgo('30m', NOW)).toBe('2026-11-22T11:30:00Z');
  });

  test('a duration counts in whole seconds', () => {
    expect(decodeTimeAhead('1s', NOW + 999)).toBe('2026-11-22T12:00:01Z');
  });

  test('any time written by RFC 3339 is read as the same time', () => {
    const times = fc.integer({ min: 0, max: Date.parse('2099-12-31T00:00:00Z') });
    fc.assert(
      fc.property(times, (time) => {
        expect(decodeTimeAgo(writeTime(time), NOW)).toBe(writeTime(time));
      }),
    );
  });

  test('what is no time is refused, a day that the calendar lacks among it', () => {
    for (const text of [
      '',
      '8',
      'h',
      '8 h',
      '-8h',
      '2026-02-30',
      '2026-13-01',
      '12:00',
      '2026-11-22 12:00',
    ]) {
      expect(() => decodeTimeAgo(text, NOW)).toThrow('is no time');
    }
    expect(() => decodeTimeAgo('2026-11-22T25:00:00Z', NOW)).toThrow('is no time');
    expect(() => decodeTimeAgo('2026-11-22T12:00:00', NOW)).toThrow('is no time');
  });

  test('an end must be yet to come', () => {
    expect(() => decodeTimeAhead('2026-11-22T12:00:00Z', NOW)).toThrow('has passed already');
    expect(() => decodeTimeAhead('0s', NOW)).toThrow('has passed already');
  });

  test('a duration beyond the calendar is refused', () => {
    expect(() => decodeTimeAhead('999999999w', NOW)).toThrow('is no time');
  });
});
