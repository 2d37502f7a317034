import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED_PAGES } from './docs/pages.ts';

/** Writes the generated pages; with `--check` writes nothing and fails when one is stale. */
const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

const stale = Object.entries(GENERATED_PAGES)
  .map(([path, render]) => ({ path, text: render() }))
  .filter(({ path, text }) => current(path) !== text);

for (const { path, text } of stale) {
  if (!check) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.stdout.write(`${check ? 'stale' : 'written'}: ${path}\n`);
}
if (check && stale.length > 0) {
  process.stderr.write('run `npm run docs` to write them again\n');
  process.exitCode = 1;
}
