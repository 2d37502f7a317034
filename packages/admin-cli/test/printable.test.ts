import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { writeAnswer, writeRecord } from '../src/output/answer.ts';
import { auditRow, writeAuditLine } from '../src/output/audit.ts';
import { paletteOf } from '../src/output/palette.ts';
import { writeTable } from '../src/output/table.ts';

/** Red, clear the screen, set the title, and read backwards: as a stranger would put them into a client's name. */
const HOSTILE = '\u001b[31m\u009b2J\u009d0;owned\u0007\u202enimda\u2066 \u2028x\u007f';
const MOVES = /[^\n\P{Cc}]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const record = {
  ...{ id: 1, writer: 1, sequence: 1, digest: '00' },
  time: '2026-01-01T00:00:00Z',
  event: 'token.refused',
  decision: 'refused' as const,
  request_id: 'r',
  actor: HOSTILE,
  requested_scopes: [HOSTILE],
  detail: HOSTILE,
};
const palette = paletteOf('stdout', {
  isTerminal: { stdin: false, stdout: false, stderr: false },
  env: {},
});

describe('what a stranger has put into the audit log', () => {
  test('cannot move the terminal of whoever lists it', () => {
    expect(writeTable(['A'], [auditRow(record, palette)], palette)).not.toMatch(MOVES);
    expect(writeAuditLine(record, palette)).not.toMatch(MOVES);
  });

  test.each(['json', 'yaml'] as const)(
    'cannot either in %s, and is there all the same',
    (output) => {
      const whole = writeAnswer({ data: { items: [record], [HOSTILE]: 1 }, text: '' }, output);
      const single = writeRecord(record, '', output);
      expect(whole + single).not.toMatch(MOVES);
      const read: (text: string) => unknown = output === 'json' ? JSON.parse : parse;
      expect(read(whole)).toEqual({ items: [record], [HOSTILE]: 1 });
      expect(read(single)).toEqual(record);
    },
  );
});
