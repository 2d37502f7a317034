import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../src/commands.ts';
import { writeBashCompletion } from '../src/completion/bash.ts';
import { writeFishCompletion } from '../src/completion/fish.ts';
import { completionTree } from '../src/completion/tree.ts';
import { writeZshCompletion } from '../src/completion/zsh.ts';

const TREE = completionTree(COMMANDS);

/** What bash offers after the words given, the last of them still being typed. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${writeBashCompletion(TREE)}
COMP_WORDS=(ambit ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length)}
_ambit
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-u'], { input: script, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  test('bash offers nouns, then verbs, then nested verbs', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['catalog', 'client', 'whoami', 'doctor']));
    expect(offered('client', 'se')).toEqual(['secret']);
    expect(offered('client', 'secret', '')).toEqual(['add', 'list', 'revoke']);
  });

  test('bash offers the flags of a command, and the values of a flag where they are known', () => {
    expect(offered('role', 'assign', '--u')).toEqual(['--until', '--url']);
    expect(offered('key', 'rotate', '--alg', '')).toEqual(['ES256', 'EdDSA', 'RS256', 'PS256']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('bash offers no words where a file or a free value stands', () => {
    expect(offered('catalog', 'lint', '')).toEqual([]);
    expect(offered('client', 'create', 'x', '--jwks', '')).toEqual([]);
  });

  test('every shell knows every command and every flag', () => {
    for (const write of [writeBashCompletion, writeZshCompletion, writeFishCompletion]) {
      const script = write(TREE);
      for (const { at, flags } of TREE) {
        expect(script).toContain(`'${at}'`);
        for (const { flag } of flags) expect(script).toContain(flag.slice(2));
      }
    }
  });
});
