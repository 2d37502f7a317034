import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesPattern, segmentsCover, segmentsMeet, segmentsOf } from '../src/claim-pattern.ts';

const GITHUB = 'repo:acme/shop:ref:refs/heads/main';

describe('a claim pattern', () => {
  test.each<[string, string, boolean]>([
    [GITHUB, GITHUB, true],
    [GITHUB, 'repo:acme/Shop:ref:refs/heads/main', false],
    ['repo:acme/*:ref:refs/heads/main', GITHUB, true],
    ['repo:acme/*', GITHUB, false],
    ['repo:*', GITHUB, false],
    ['*', GITHUB, false],
    ['*', 'main', true],
    ['*', '', false],
    ['acme/*', 'acme/', false],
    ['acme/*', 'acme:shop', false],
    ['acme/*/x', 'acme/a/b/x', false],
    ['refs/heads/v*', 'refs/heads/v1', false],
    ['refs/heads/v*', 'refs/heads/v*', true],
    ['*/*', 'acme/*', true],
    ['spiffe://acme/ns/*/sa/web', 'spiffe://acme/ns/prod/sa/web', true],
    ['spiffe://acme/ns/*/sa/web', 'spiffe://acme/ns/prod/sa/web/x', false],
    ['', '', true],
  ])('%j on %j', (pattern, value, matches) => {
    expect(matchesPattern(pattern, value)).toBe(matches);
  });

  test('is for texts alone', () => {
    for (const value of [undefined, null, true, 1, ['main'], { toString: () => 'main' }]) {
      expect(matchesPattern('main', value)).toBe(false);
      expect(matchesPattern('*', value)).toBe(false);
    }
  });

  test('law: every text matches itself, and two patterns meet exactly when some text matches both', () => {
    const part = fc.constantFrom('a', 'b', '*', '');
    const pattern = fc
      .tuple(part, fc.array(fc.tuple(fc.constantFrom('/', ':'), part), { maxLength: 2 }))
      .map(([first, rest]) => first + rest.map(([separator, next]) => separator + next).join(''));
    const texts = ['a', 'b', 'c', '*', ''];
    const all = [
      ...texts,
      ...texts.flatMap((x) => texts.flatMap((y) => [`${x}/${y}`, `${x}:${y}`])),
      ...texts.flatMap((x) =>
        texts.flatMap((y) =>
          texts.flatMap((z) => ['/', ':'].flatMap((s) => ['/', ':'].map((t) => x + s + y + t + z))),
        ),
      ),
    ];
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        expect(matchesPattern(one, one)).toBe(true);
        const ofOne = all.filter((text) => matchesPattern(one, text));
        const ofOther = all.filter((text) => matchesPattern(other, text));
        const segments = [segmentsOf(one), segmentsOf(other)] as const;
        expect(segmentsMeet(...segments)).toBe(ofOne.some((text) => ofOther.includes(text)));
        expect(segmentsCover(...segments)).toBe(ofOther.every((text) => ofOne.includes(text)));
      }),
      { numRuns: 500 },
    );
  });
});
