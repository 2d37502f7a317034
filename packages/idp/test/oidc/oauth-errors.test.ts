import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { errors } from 'oidc-provider';
import { OAUTH_ERRORS } from '../../src/oidc/oauth-errors.ts';

const folder = join(import.meta.dirname, '../../src/oidc');
const source = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'oauth-errors.ts')
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

const table: Readonly<Record<string, { status: number }>> = OAUTH_ERRORS;

describe('the table of OAuth errors', () => {
  test('holds every code that the OAuth endpoints spell out', () => {
    const spelled = [...source.matchAll(/\berror: '([a-z_]+)'/g)].map(([, code]) => code ?? '');
    expect(spelled).toContain('temporarily_unavailable');
    for (const code of spelled) expect(Object.keys(table)).toContain(code);
  });

  test('holds every error of the library that is thrown on purpose, with its status', () => {
    const thrown = [...source.matchAll(/new errors\.(Invalid\w+)\(/g)].map(
      ([, name]) => name ?? '',
    );
    expect(thrown).toContain('InvalidScope');
    for (const name of thrown) {
      const LibraryError = (
        errors as unknown as Record<string, new (detail: string) => errors.OIDCProviderError>
      )[name];
      if (!LibraryError) throw new Error(`the library has no ${name}`);
      const { error, status } = new LibraryError('');
      expect(table[error]?.status).toBe(status);
    }
  });
});
