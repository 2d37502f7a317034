import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RevocationMatch, RevocationRule } from '../../src/revocation/ports.ts';
import { buildRevocationSet } from '../../src/revocation/revocation-set.ts';
import type { RevocableToken } from '../../src/revocation/revocation-set.ts';

const few = fc.integer({ min: 0, max: 4 });
const name = few.map((number) => `n${String(number)}`);

const matches: fc.Arbitrary<RevocationMatch> = fc.oneof(
  name.map((jti) => ({ kind: 'jti' as const, jti })),
  name.map((clientId) => ({ kind: 'client' as const, clientId })),
  name.map((scope) => ({ kind: 'scope' as const, scope })),
  name.map((kid) => ({ kind: 'key' as const, kid })),
  few.map((version) => ({ kind: 'version' as const, version })),
  few.map((issuedBefore) => ({ kind: 'issued-before' as const, issuedBefore })),
);

const histories = fc.array(matches, { maxLength: 30 }).map((made) =>
  made.map((match, index): RevocationRule => ({
    ...match,
    id: String(index),
    revision: index + 1,
    createdAt: 0,
    createdBy: 'admin',
  })),
);

const tokens: fc.Arbitrary<RevocableToken> = fc.record({
  jti: name,
  clientId: name,
  scopes: fc.array(name, { maxLength: 2 }),
  kid: name,
  catalogVersion: few,
  issuedAt: few,
  revision: fc.integer({ min: 0, max: 31 }),
});

test('a set that has taken in what was made after it finds what one of all rules finds', () => {
  fc.assert(
    fc.property(histories, fc.nat(), fc.nat(), tokens, (rules, built, again, token) => {
      const from = built % (rules.length + 1);
      const grown = buildRevocationSet(rules.slice(0, from));
      grown.add(rules.slice(again % (from + 1))); // some of which it holds
      expect(grown.find(token)).toEqual(buildRevocationSet(rules).find(token));
    }),
    { numRuns: 2_000 },
  );
});

test('a set is overgrown once it has taken in as much again, and some thousand at the least', () => {
  const rule = (index: number): RevocationRule => ({
    ...{ kind: 'jti', jti: String(index), id: String(index), revision: index },
    ...{ createdAt: 0, createdBy: 'admin' },
  });
  const set = buildRevocationSet([]);
  for (let index = 1; index <= 1_000; index += 1) set.add([rule(index)]);
  expect(set.isOvergrown()).toBe(false);
  set.add([rule(1_001)]);
  expect(set.isOvergrown()).toBe(true);
});
