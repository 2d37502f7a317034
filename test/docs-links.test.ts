import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('reference/'))
    .map((name) => join('docs', name)),
];

/** Files of the code are named from the root of the repository or from that of a room. */
const BASES = ['', 'packages/idp/src', 'packages/scope-catalog/src'];

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

const textOf = (page: string): string =>
  readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
const linksOf = (page: string): { text: string; path: string }[] =>
  [...textOf(page).matchAll(/\[([^\]]+)\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(
    ([, text = '', target = '']) => ({ text, path: join(dirname(page), target) }),
  );

describe('the documentation points at what exists', () => {
  test.each(pages)('%s', (page) => {
    const links = linksOf(page).filter(({ path }) => !existsSync(join(root, path)));
    const files = [...textOf(page).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|cjs|yaml))`/g)]
      .map(([, file = '']) => file)
      .filter((file) => !BASES.some((base) => existsSync(join(root, base, file))));
    const scripts = [...textOf(page).matchAll(/`npm run ([\w:]+)`/g)]
      .map(([, script = '']) => script)
      .filter((script) => !(script in manifest.scripts));
    expect({ links, files, scripts }).toEqual({ links: [], files: [], scripts: [] });
  });

  test('every test that the threat model names by its title is there', () => {
    const named = linksOf('docs/threat-model.md').filter(({ path }) =>
      /(?:^|\/)test\/.*\.ts$/.test(path),
    );
    const missing = named.filter(
      ({ text, path }) =>
        text !== 'a test of its own' && !readFileSync(join(root, path), 'utf8').includes(text),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });
});
