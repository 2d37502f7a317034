import { describe, expect, test } from '@jest/globals';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';
import { startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import type { StubReply } from '../../sdk/test/stub-issuer.ts';
import { WORLD } from './world.ts';

/** Runs `ambit` against a server that answers by lines; `onDrained` is asked before more is written. */
async function play(
  words: readonly string[],
  route: string,
  lines: readonly unknown[],
  onDrained: () => Promise<void> = () => Promise.resolve(),
) {
  const reply: StubReply = { body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
  const issuer = await startStubIssuer({ clients: WORLD.clients, routes: { [route]: reply } });
  const written: string[] = [];
  let stderr = '';
  const io = {
    stdout: (text) => void written.push(text),
    drained: onDrained,
    stderr: (text) => (stderr += text),
    isTerminal: { stdin: false, stdout: false, stderr: true },
    env: {
      ...{ AMBIT_URL: issuer.url, AMBIT_CLIENT_ID: 'ops', AMBIT_CLIENT_SECRET: 'ops-secret' },
      NO_COLOR: '1',
    },
    fetch,
    now: () => 0,
  } satisfies Partial<Io>;
  const exit = await run(words, io as unknown as Io);
  await issuer.stop();
  return { exit, written, stderr };
}

const record = (id: number, more: object = {}) => ({
  ...{ id, writer: 1, sequence: id, digest: 'd', time: '2026-11-22T11:59:00Z' },
  ...{ event: 'token.refused', decision: 'refused', request_id: 'q', ...more },
});
const MANY = Array.from({ length: 5_000 }, (_, index) => record(index + 1));

describe('an export', () => {
  test('is written as it comes, and waits for whoever reads it', async () => {
    let waits = 0;
    const { exit, written } = await play(
      ['audit', 'export'],
      'GET /audit/export',
      MANY,
      async () => void (waits += 1),
    );
    expect(exit).toBe(0);
    expect(waits).toBe(written.length);
    expect(waits).toBeGreaterThan(5);
    const lines = written.join('').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(
      MANY.map(({ id }) => id),
    );
  });

  test('as CSV has a line for each record under one head, each of as many cells', async () => {
    const { exit, written } = await play(
      ['audit', 'export', '--format', 'csv'],
      'GET /audit/export',
      MANY.slice(0, 3),
    );
    const lines = written.join('').split('\r\n');
    expect([exit, lines.length, lines.at(-1)]).toEqual([0, 5, '']);
    expect(new Set(lines.slice(0, -1).map((line) => line.split(',').length)).size).toBe(1);
    expect(lines[0]).toMatch(/^time,id,writer,sequence,digest,event,decision,request_id,/);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', ' =1'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', 'two  lines'],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ])('as CSV makes no formula and no further cell of %j', async (detail, cell) => {
    const { written } = await play(['audit', 'export', '--format', 'csv'], 'GET /audit/export', [
      record(1, { detail }),
    ]);
    const [, line = ''] = written.join('').split('\r\n');
    expect(line.endsWith(`,${cell},`)).toBe(true);
  });

  test('cannot move the terminal of whoever writes it there', async () => {
    const hostile = [record(1, { actor: '\u001b[31m\u009b2J\u202e' })];
    for (const format of ['ndjson', 'csv']) {
      const words = ['audit', 'export', '--format', format];
      const { written } = await play(words, 'GET /audit/export', hostile);
      expect(written.join('')).not.toMatch(/[^\r\n\P{Cc}]|\u202e/u);
    }
  });
});

test('a verification shows on a terminal how far it has come, and takes it away at the end', async () => {
  const { exit, stderr } = await play(['audit', 'verify'], 'POST /audit/verifications', [
    { step: 'progress', checked: 5, total: 10 },
    {
      ...{ step: 'done', whole: true, records: 10, chains: [], personal_erased: 0, broken: 0 },
      ...{ checkpoints: { count: 0, given: [] }, findings: [] },
    },
  ]);
  expect([exit, stderr.replace(/^.*plain http.*\n/, '')]).toEqual([
    0,
    '\r5 of 10 records\u001b[K\r\u001b[K',
  ]);
});
