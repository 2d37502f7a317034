import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkCatalog } from '@ambit/scope-catalog';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './support/processes.ts';

const folder = join(ROOT, 'docs/guides');
const guides = readdirSync(folder).filter((name) => name.endsWith('.md'));

/** The YAML blocks of a guide. */
const blocks = (name: string): string[] =>
  [...readFileSync(join(folder, name), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(
    ([, yaml = '']) => yaml,
  );

describe('the files in the guides', () => {
  test.each(guides)(
    '%s: the catalog can be published as it stands, with nothing to find',
    (name) => {
      const catalogs = blocks(name).filter((block) => block.startsWith('catalog:'));
      expect(catalogs).toHaveLength(1);
      const { findings } = checkCatalog(catalogs[0] ?? '', {
        file: name,
        issuer: 'https://id.example.com',
        now: Date.parse('2026-11-22'),
      });
      expect(findings).toEqual([]);
    },
  );

  test.each(guides)('%s: every file is YAML', (name) => {
    for (const block of blocks(name)) {
      for (const document of parseAllDocuments(block)) {
        expect((document as { errors: unknown[] }).errors).toEqual([]);
      }
    }
  });
});
