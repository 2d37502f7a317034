import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../src/commands.ts';
import { VERSION } from '../src/version.ts';
import { setStage } from './play.ts';
import type { Outcome } from './play.ts';
import { splitWords } from './transcript.ts';

/** Runs words on a stage of their own, without a terminal. */
async function play(words: readonly string[]): Promise<Outcome & { readonly contacts: number }> {
  const stage = await setStage();
  try {
    const outcome = await stage.play({
      words,
      source: [],
      settings: [],
      stdin: 'aaa.bbb.ccc\n',
      env: {},
      expected: '',
    });
    return { ...outcome, contacts: stage.contacts() };
  } finally {
    await stage.stop();
  }
}

/** An example as it would be typed, without what the shell does with it. */
const typed = (example: string): readonly string[] =>
  splitWords(
    example
      .replace(/ [<>] \S+/, '')
      .replace('source <(ambit', 'ambit')
      .replace(/\)$/, ''),
  );

describe('every command', () => {
  test('has a name of its own', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  for (const command of COMMANDS) {
    test(`\`${command.name}\` has help with an example, on stdout`, async () => {
      const { stdout, exit } = await play(['ambit', ...command.name.split(' '), '--help']);
      expect(stdout).toContain(`$ ${command.example}`);
      expect(exit).toBe(0);
    });

    test(`\`${command.name}\` takes its own example`, async () => {
      const words = typed(command.example);
      expect(words.slice(0, 1 + command.name.split(' ').length).join(' ')).toBe(
        `ambit ${command.name}`,
      );
      const { exit, stderr } = await play(words);
      expect({ exit, stderr: exit === 2 ? stderr : '' }).not.toMatchObject({ exit: 2 });
    });
  }

  for (const command of COMMANDS.filter(({ changes }) => changes)) {
    test(`\`${command.name}\` does nothing without consent`, async () => {
      const words = typed(command.example).filter((word) => word !== '--yes');
      const { exit, stdout, contacts } = await play(words);
      expect({ exit, stdout, contacts }).toEqual({ exit: 2, stdout: '', contacts: 0 });
    });
  }
});

test('the version is that of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
});
