import { expect, test } from '@jest/globals';
import { cacheLifetime } from '../../src/federation/cache-lifetime.ts';

test.each([
  ['public,max-age=600', 600],
  ['public ,\tMax-Age=600', 600],
  ['max-age="600"', 600],
  ['max-age=600, no-store', 0],
  ['max-age=-1', undefined],
  ['max-age=1e9', undefined],
  ['x-max-age=600', undefined],
])('[RFC 9111 §5.2.2] `%s` lets one keep an answer for %s seconds', (header, seconds) => {
  expect(cacheLifetime({ 'cache-control': header })).toBe(seconds);
});

test('a header of a megabyte of nothing is read at once', () => {
  expect(cacheLifetime({ 'cache-control': `a${' '.repeat(1_000_000)}b` })).toBeUndefined();
});
