import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CHAIN_START,
  CHAIN_START_HEX,
  linkDigest,
  linkDigestHex,
  personalDigest,
  personalDigestHex,
  toHex,
} from '../../src/audit/chain.ts';
import {
  createIndexCounter,
  createRecordCounter,
  createWordSums,
  firstDifference,
} from '../../src/audit/verification/word-sums.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const link = fc.record({
  writer: fc.integer({ min: 1, max: 2 ** 31 }),
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  entry: fc.string({ unit: 'grapheme' }),
  personalDigest: fc.option(digest),
});

describe('the digest of a link', () => {
  test('is SHA-256 over its place, the digest before, that of what is personal, and the entry', () => {
    const bytes = Buffer.concat([
      Buffer.from('0000000000000007', 'hex'),
      Buffer.from('0000000100000002', 'hex'),
      Buffer.alloc(32, 0xaa),
      Buffer.alloc(32),
      Buffer.from('{"time":1,"name":"Zoë"}'),
    ]);
    const made = linkDigest(new Uint8Array(32).fill(0xaa), {
      ...{ writer: 7, sequence: 2 ** 32 + 2, personalDigest: null },
      entry: '{"time":1,"name":"Zoë"}',
    });
    expect(toHex(made)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('is the same in hex', () => {
    fc.assert(
      fc.property(digest, link, (previous, made) => {
        const { personalDigest: personal, ...rest } = made;
        const hex = { ...rest, personalDigest: personal === null ? null : toHex(personal) };
        expect(linkDigestHex(toHex(previous), hex)).toBe(toHex(linkDigest(previous, made)));
      }),
    );
    expect(personalDigestHex('é')).toBe(toHex(personalDigest('é')));
    expect(CHAIN_START_HEX).toBe(toHex(CHAIN_START));
  });
});

type Row = [term: string, time: number, record: number];

describe('the sums that hold the index to the records', () => {
  const kinds = ['event', 'scope', 'jti', 'self'] as const;
  const words = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.string({ maxLength: 12 })), {
    maxLength: 6,
  });
  const records = fc.array(fc.record({ time: fc.integer({ min: 0 }), words }), { minLength: 1 });

  const sum = (
    all: readonly { time: number; words: readonly (readonly [(typeof kinds)[number], string])[] }[],
    index: readonly (readonly [string, number, number])[],
  ) => {
    const sums = createWordSums(1, all.length, [123, 456]);
    const counter = createRecordCounter(sums);
    for (const [at, { time, words: found }] of all.entries()) {
      for (const [kind, value] of found) counter.take(kind, value);
      counter.end(at + 1, time);
    }
    const count = createIndexCounter(sums);
    for (const row of index) count(...row);
    return firstDifference(sums);
  };

  test('come to nothing where the index has each word once, in whatever order', () => {
    fc.assert(
      fc.property(records, fc.boolean(), (all, backwards) => {
        const index = all.flatMap(({ time, words: found }, at) =>
          found.map(([kind, value]) => [`${kind}=${value}`, time, at + 1] as const),
        );
        expect(sum(all, backwards ? index.reverse() : index.sort())).toBeUndefined();
      }),
    );
  });

  test('name the record for which it has one too many, too few, another one or another time', () => {
    fc.assert(
      fc.property(
        records,
        fc.nat(),
        fc.constantFrom('more', 'less', 'other', 'time'),
        (all, at, how) => {
          const index = all.flatMap(({ time, words: found }, row) =>
            found.map(([kind, value]) => [`${kind}=${value}`, time, row + 1] as Row),
          );
          const place = at % all.length;
          const own = index.findIndex(([, , record]) => record === place + 1);
          fc.pre(own >= 0 || how === 'more');
          const [term = '', time = 0] = index[own] ?? [];
          if (how === 'more') index.push(['jti=more', 1, place + 1]);
          if (how === 'less') index.splice(own, 1);
          if (how === 'other') index[own] = [`${term}!`, time, place + 1];
          if (how === 'time') index[own] = [term, time + 1, place + 1];
          expect(sum(all, index)).toEqual({ from: place + 1, to: place + 1 });
        },
      ),
    );
  });
});
