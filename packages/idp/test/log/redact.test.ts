import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holdsCredential, redact } from '../../src/log/redact.ts';

/** What is a secret by its shape, in one expression; right, but slow where it is led on. */
const SHAPES = /eyJ[\w-]{4,}\.[\w-]+\.[\w-]*|ambit_[A-Za-z0-9._-]{20,}/g;

describe('redaction', () => {
  test('replaces every JWS and every secret of Ambit, and nothing else', () => {
    const piece = fc.constantFrom(
      'eyJ',
      'eyJhbGci',
      'ambit',
      '_',
      '.',
      '-',
      ' ',
      'x',
      'xxxxxxxxxxxxxxxxxxxxx',
      '"',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const redacted = String(redact(text));
        expect(redacted.search(SHAPES)).toBe(-1);
        // Where one is grown into the other, either may be taken out first, and leave a stump.
        if (text.includes('ambit') && text.includes('eyJ')) return;
        expect(redacted).toBe(text.replace(SHAPES, '[redacted]'));
      }),
      {
        numRuns: 5000,
        examples: [[['ambit', '_', 'eyJhbGci', '.', 'eyJ', '.', 'xxxxxxxxxxxxxxxxxxxxx']]],
      },
    );
  });

  test.each(['eyJ-', 'eyJaaaa-', 'eyJaaaa.', '-ambit_', '.'])(
    'of a megabyte of %j is done at once',
    (piece) => {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(typeof redact(text)).toBe('string');
      expect(typeof holdsCredential(text)).toBe('boolean');
    },
  );
});
