import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { paletteOf } from '../src/output/palette.ts';
import { writeTable } from '../src/output/table.ts';

const plain = paletteOf('stdout', {
  isTerminal: { stdin: false, stdout: false, stderr: false },
  env: {},
});
const table = (rows: readonly (readonly string[])[]) =>
  writeTable(['NAME', 'OF'], rows, plain).split('\n');

describe('a table', () => {
  test('has columns as wide as the widest of all its rows, however many there are', () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => [`r${String(n)}`, 'x']);
    const lines = table([...rows, ['the longest name of all', 'y']]);
    expect(lines).toHaveLength(1_002);
    expect(new Set(lines.map((line) => line.search(/\S+$/)))).toEqual(
      new Set(['the longest name of all  '.length]),
    );
  });

  test('counts a character as the columns it takes, and a colour as none', () => {
    const paint = (text: string) => `\u001b[32m${text}\u001b[39m`;
    const [, wide, painted] = writeTable(
      ['NAME', 'OF'],
      [
        ['倉庫', 'a'],
        [{ word: 'abcd', paint }, 'b'],
      ],
      plain,
    ).split('\n');
    expect(wide).toBe('倉庫  a');
    expect(painted).toBe(`${paint('abcd')}  b`);
  });

  test('of everything does not take the square of its rows', async () => {
    const row = ['2026-11-27', 'token.issued', 'granted', 'front', 'orders:read', 'no'];
    const rows = Array.from({ length: 16_000 }, () => row);
    expect(writeTable(row, rows, plain).split('\n')).toHaveLength(16_001);
    await setTimeout(0); // lets jest see how long it took: the square of them is more than its patience
  }, 30_000);

  test('without rows is its head', () => {
    expect(table([])).toEqual(['NAME  OF']);
  });
});
