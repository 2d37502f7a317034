import { describe, expect, test } from '@jest/globals';
import { present } from '../src/index.ts';

describe('present', () => {
  test('what has no value is absent', () => {
    const members = { none: undefined, taken: null };
    expect(Object.keys(present(members))).toEqual([]);
  });

  test('false, zero and the empty text are values, and the order stays', () => {
    const members = { no: false, none: undefined, zero: 0, empty: '' };
    expect(Object.entries(present(members))).toEqual([
      ['no', false],
      ['zero', 0],
      ['empty', ''],
    ]);
  });
});
