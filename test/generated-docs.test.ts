import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../packages/admin-cli/src/commands.ts';
import { optionsOf } from '../packages/admin-cli/src/program.ts';
import { VARIABLES } from '../packages/idp/src/config/variables.ts';
import { renderCli } from '../scripts/docs/cli.ts';
import { promisesOf } from '../scripts/docs/conformance.ts';
import { GENERATED_PAGES } from '../scripts/docs/pages.ts';

const root = join(import.meta.dirname, '..');

describe('generated pages say what the code says', () => {
  test.each(Object.entries(GENERATED_PAGES))('%s is fresh', (path, render) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(render());
  });
});

describe('the page of the command line', () => {
  const page = renderCli();

  test.each(COMMANDS)('has `$name` with its example and its flags', (command) => {
    expect(page).toContain(`### \`ambit ${command.name}`);
    expect(page).toContain(`$ ${command.example}`);
    for (const { flag } of optionsOf(command)) expect(page).toContain(flag);
  });
});

test('the page of the configuration has every variable', () => {
  const page = GENERATED_PAGES['docs/reference/configuration.md']?.();
  for (const { name } of VARIABLES) expect(page).toContain(`\`${name}\``);
});

describe('the conformance page', () => {
  test('lists tests by the clause in their own title or in that of their group', () => {
    const source = `
      describe('[RFC 7662 §2.2] answers', () => {
        test('an expired token is inactive', () => {});
        test.each([1])('[RFC 9068 §4] case %s', () => {});
      });
      test(\`[RFC 7009 §2.2] \${kind} is fine\`, () => {});
      test('without a clause', () => {});
    `;
    expect(promisesOf(source, 'a.test.ts')).toEqual([
      { clause: 'RFC 7662 §2.2', promise: 'an expired token is inactive', file: 'a.test.ts' },
      { clause: 'RFC 9068 §4', promise: 'case %s', file: 'a.test.ts' },
      { clause: 'RFC 7009 §2.2', promise: '… is fine', file: 'a.test.ts' },
    ]);
  });
});
