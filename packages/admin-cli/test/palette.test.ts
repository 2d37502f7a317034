import { describe, expect, test } from '@jest/globals';
import { paletteOf } from '../src/output/palette.ts';

const TERMINAL = { stdin: true, stdout: true, stderr: false };
const painted = (stream: 'stdout' | 'stderr', env: Record<string, string>) =>
  paletteOf(stream, { isTerminal: TERMINAL, env }).bad('no') !== 'no';

describe('colour', () => {
  test('goes to a terminal alone', () => {
    expect(painted('stdout', {})).toBe(true);
    expect(painted('stderr', {})).toBe(false);
  });

  test('is left out where NO_COLOR is set, or the terminal has none', () => {
    expect(painted('stdout', { NO_COLOR: '1' })).toBe(false);
    expect(painted('stdout', { NO_COLOR: '' })).toBe(true);
    expect(painted('stdout', { TERM: 'dumb' })).toBe(false);
  });
});
