import { describe, expect, test } from '@jest/globals';
import { decodeScopeName, isResourceKey, isScopeName, isSegment } from '@ambit/scope-catalog';

describe('scope names', () => {
  test.each(['orders:read', 'shop:orders:read', '0.a_b-c:x', `${'a'.repeat(126)}:b`])(
    '%s is one',
    (name) => {
      expect(isScopeName(name)).toBe(true);
    },
  );

  test.each([
    'orders',
    'orders:',
    ':read',
    'a:b:c:d',
    'Orders:read',
    'orders:*',
    'orders:read\n',
    'orders: read',
    '-a:b',
    'ordérs:read',
    '',
    `${'a'.repeat(127)}:b`,
  ])('%j is none', (name) => {
    expect(isScopeName(name)).toBe(false);
    expect(decodeScopeName(name).ok).toBe(false);
  });

  test('come apart at the last colon', () => {
    expect(decodeScopeName('shop:orders:read')).toEqual({
      ok: true,
      value: { resource: 'shop:orders', action: 'read' },
    });
  });

  test('say why they are none', () => {
    expect(decodeScopeName('x'.repeat(129))).toMatchObject({
      error: { code: 'scope_name.too_long' },
    });
    expect(decodeScopeName('x')).toMatchObject({ error: { code: 'scope_name.malformed' } });
  });

  test('a resource key has one or two segments, a segment none but its own', () => {
    expect(['a', 'a:b', 'a:b:c'].map(isResourceKey)).toEqual([true, true, false]);
    expect(['a', 'a:b', 'A'].map(isSegment)).toEqual([true, false, false]);
  });
});
