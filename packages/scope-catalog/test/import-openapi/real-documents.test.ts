import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkCatalog, compileCatalog, diffCatalogs, importOpenApi } from '@ambit/scope-catalog';
import type { CompiledCatalog, OpenApiImport } from '@ambit/scope-catalog';

const folder = join(import.meta.dirname, '../../../../../shared/data/openapi');
const there = existsSync(folder);
if (!there) process.stderr.write('real-documents: skipped, ../shared/data/openapi is not there\n');

const DATES = ['2024-10-01', '2025-10-01', '2026-08-30'] as const;
const issuer = 'https://id.example.com';

function imported(date: string): OpenApiImport {
  const text = readFileSync(join(folder, `digitalocean-${date}.json`), 'utf8');
  const result = importOpenApi(JSON.parse(text), { audience: 'https://api.digitalocean.com' });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function compiled(date: string): CompiledCatalog {
  const result = compileCatalog(imported(date).catalog, { issuer });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

(there ? describe : describe.skip)('a real public API at three dates', () => {
  test.each([
    [DATES[0], 338, 93],
    [DATES[1], 519, 119],
    [DATES[2], 659, 142],
  ])(
    '%s: all %i operations are read and all %i scopes kept under their names',
    (date, operations, scopes) => {
      const result = imported(date);
      expect(result).toMatchObject({ operations, renamed: [] });
      expect(compiled(date).resourceServers.get('digitalocean-api')?.scopes).toHaveLength(scopes);
    },
  );

  test.each([
    [DATES[0], DATES[1], 28, 2],
    [DATES[1], DATES[2], 23, 0],
  ])('%s → %s: exactly the scopes by which they differ', (before, after, added, removed) => {
    const changes = diffCatalogs(compiled(before), compiled(after));
    expect(changes.filter(({ kind }) => kind === 'scope_added')).toHaveLength(added);
    expect(changes.filter(({ kind }) => kind === 'scope_removed')).toHaveLength(removed);
  });

  test.each(DATES)('%s: the lint asks for an owner and for nothing else', (date) => {
    const text = JSON.stringify(imported(date).catalog);
    const { findings } = checkCatalog(text, { file: date, issuer, now: 0 });
    const serious = findings.filter(({ severity }) => severity !== 'info');
    expect(serious.map(({ rule }) => rule)).toEqual(['owner-missing']);
  });
});
