import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeTraceparent } from '../../src/tracing/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

const hex = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''));

describe('[W3C Trace Context §3.2] a traceparent', () => {
  test('is read, whatever trace it names', () => {
    const notZero = (text: string) => /[^0]/.test(text);
    fc.assert(
      fc.property(
        hex(32).filter(notZero),
        hex(16).filter(notZero),
        fc.integer({ min: 0, max: 255 }),
        (traceId, parentId, flags) => {
          const header = `00-${traceId}-${parentId}-${flags.toString(16).padStart(2, '0')}`;
          expect(decodeTraceparent(header)).toEqual({ traceId, parentId, flags });
        },
      ),
    );
  });

  test('of a later version is read as far as this one goes', () => {
    const read = { traceId: TRACE, parentId: PARENT, flags: 1 };
    expect(decodeTraceparent(`cc-${TRACE}-${PARENT}-01`)).toEqual(read);
    expect(decodeTraceparent(`cc-${TRACE}-${PARENT}-01-what-the-future-brings`)).toEqual(read);
  });

  test.each([
    ['nothing', ''],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['the version that is none', `ff-${TRACE}-${PARENT}-01`],
    ['more than its version has', `00-${TRACE}-${PARENT}-01-more`],
    ['more without a dash', `cc-${TRACE}-${PARENT}-01.more`],
    ['a trace too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['two of them', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['more than a header should be', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(500)}`],
  ])('of %s is none', (_, header) => {
    expect(decodeTraceparent(header)).toBeUndefined();
  });
});
