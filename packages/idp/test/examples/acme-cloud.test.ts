import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkCatalog } from '@ambit/scope-catalog';

const file = join(import.meta.dirname, '../../examples/acme-cloud.yaml');
const text = readFileSync(file, 'utf8');
const now = Date.UTC(2026, 6, 1);

describe('the example catalog', () => {
  const { findings, catalog, document } = checkCatalog(text, {
    file,
    issuer: 'http://localhost:3000',
    now,
  });

  test('gives the lint nothing to say', () => {
    expect(findings).toEqual([]);
  });

  test('shows six resource servers and about thirty scopes, one of them deprecated', () => {
    const own = [...(catalog?.resourceServers.values() ?? [])].filter(
      ({ name }) => name !== 'ambit',
    );
    expect(own).toHaveLength(6);
    expect(own.flatMap(({ scopes }) => scopes)).toHaveLength(33);
    expect(own.map(({ signingAlg }) => signingAlg).sort()).toEqual([
      ...['ES256', 'ES256', 'ES256', 'ES256', 'ES256'],
      'EdDSA',
    ]);
    expect(catalog?.scopes.get('stock:adjust')?.deprecated?.successor).toBe('stock:correct');
  });

  test('has the roles of people and of services', () => {
    const roles = ['viewer', 'editor', 'admin', 'checkout', 'warehouse', 'storefront'];
    expect([...(catalog?.roles.keys() ?? [])]).toEqual(expect.arrayContaining(roles));
  });

  test('lets four services act one after the other on behalf of a customer', () => {
    const rules = document?.delegation ?? [];
    expect(rules.map(({ holding, may }) => [...holding, ...may])).toEqual([
      ['checkouts:start', 'orders:create'],
      ['orders:create', 'payments:charge'],
      ['payments:charge', 'ledger:entries:post'],
      ['ledger:entries:post', 'documents:file'],
    ]);
  });

  test('grants none of them the next step by its role, nor by one it inherits', () => {
    const actors = (document?.delegation ?? []).map(({ actor, may }) => ({
      role: 'role' in actor ? actor.role : '',
      may,
    }));
    expect(actors.map(({ role }) => role)).toEqual([
      ...['storefront', 'checkout', 'bookkeeping', 'archiving'],
    ]);
    for (const { role, may } of actors) {
      const granted = catalog?.roles.get(role)?.scopes;
      expect(granted?.size).toBeGreaterThan(0);
      for (const scope of may) expect([role, granted?.has(scope)]).toEqual([role, false]);
    }
  });
});
