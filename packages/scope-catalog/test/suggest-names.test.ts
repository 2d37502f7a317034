import { describe, expect, test } from '@jest/globals';
import { suggestNames } from '@ambit/scope-catalog';

const SCOPES = ['orders:read', 'orders:write', 'invoices:read', 'files:read'];

describe('suggestNames', () => {
  test.each([
    ['ordres:read', ['orders:read']],
    ['ORDERS:WRITE', ['orders:write']],
    ['read:orders', ['orders:read']],
    ['orders.read', ['orders:read']],
    ['x', []],
    ['payments:charge', []],
  ])('%s suggests %j', (name, suggested) => {
    expect(suggestNames(name, SCOPES)).toEqual(suggested);
  });

  test('the nearest comes first, and no more than asked for', () => {
    expect(suggestNames('abcd', ['abce', 'abcd2x', 'abcd', 'abcf'], 3)).toEqual([
      'abcd',
      'abce',
      'abcf',
    ]);
  });

  test('a name of any length is answered', () => {
    expect(suggestNames('x'.repeat(100_000), SCOPES)).toEqual([]);
  });
});
