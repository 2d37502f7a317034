import { describe, expect, test } from '@jest/globals';
import { checkCatalog, parseCatalog } from '@ambit/scope-catalog';
import fc from 'fast-check';
import { ISSUER, NOW } from './arbitraries.ts';

const check = (text: string): ReturnType<typeof checkCatalog> =>
  checkCatalog(text, { file: 'shop.yaml', issuer: ISSUER, now: NOW });

const GOOD = `catalog: shop
resourceServers:
  api:
    audience: https://api.example
    description: The shop
    owner: team-a
    resources:
      orders:
        description: Orders
        actions:
          read: { description: See orders }
roles:
  viewer: { description: Looks, scopes: ['orders:read'] }
`;

describe('checkCatalog', () => {
  test('a good catalog has no findings and comes compiled', () => {
    const { findings, document, catalog } = check(GOOD);
    expect(findings).toEqual([]);
    expect(document?.catalog).toBe('shop');
    expect(catalog?.roles.get('viewer')?.scopes).toEqual(new Set(['orders:read']));
  });

  test('warnings do not keep it from being a catalog', () => {
    const { findings, catalog } = check(GOOD.replace('    owner: team-a\n', ''));
    expect(findings).toMatchObject([
      { rule: 'owner-missing', severity: 'warning', line: 3, file: 'shop.yaml' },
    ]);
    expect(catalog).toBeDefined();
  });

  test('errors and warnings are told together, each once, in the order of the text, and give no catalog', () => {
    const text = GOOD.replace('    owner: team-a\n', '')
      .replace('      orders:', '      ambit.orders:')
      .replace("['orders:read']", "['orders:raed']");
    const { findings, document, catalog } = check(text);
    expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
      ['owner-missing', 3],
      ['name-reserved', 7],
      ['scope-unused', 10],
      ['role-empty', 12],
      ['scope-unknown', 12],
    ]);
    expect([document, catalog]).toEqual([undefined, undefined]);
  });

  test('of two entries that trust the same tokens the second is told, where its audience stands', () => {
    const entry = `
    issuer: https://ci.example
    audience: https://id.example
    rules: [{ match: { sub: web }, client: web, scopes: ['orders:read'] }]
`;
    const { findings, catalog } = check(`${GOOD}federation:\n  ci:${entry}  again:${entry}`);
    expect(findings).toMatchObject([
      { rule: 'federation-duplicate', severity: 'error', line: 21, column: 5 },
    ]);
    expect(findings[0]?.message).toMatch(/^`again` .+ `ci`$/);
    expect(catalog).toBeUndefined();
  });

  test('what is not well-formed is told alone', () => {
    expect(check('catalog: [').findings.every(({ severity }) => severity === 'error')).toBe(true);
    expect(check('catalog: shop\n').findings.map(({ rule }) => rule)).toEqual(['property-missing']);
  });

  test('what breaks the schema does not hide what else is wrong', () => {
    const text = `catalog: shop
resourceServers:
  api:
    audience: https://api.example
    description: The shop
    accessToken: { lifetimeSeconds: 5 }
    resources:
      orders:
        description: Orders
        actions:
          read: { description: See orders, risk: extreme }
  again:
    audience: https://api.example
    description: The same
    owner: team-a
    resources: { ambit: { description: Ours, actions: { read: { description: See it } } } }
roles:
  viewer: { description: Looks, inherits: [clerk], scopes: ['Orders', 'orders:read', 'orders:raed'] }
  clerk: { description: Works, inherits: [viewer, boss] }
`;
    const { findings, document, catalog } = check(text);
    expect(findings.map(({ rule, line, column }) => [rule, line, column])).toEqual([
      ['owner-missing', 3, 3],
      ['lifetime-out-of-bounds', 6, 20],
      ['value-invalid', 11, 44],
      ['audience-duplicate', 13, 5],
      ['name-reserved', 16, 18],
      ['name-invalid', 18, 61],
      ['scope-unknown', 18, 86],
      ['role-cycle', 19, 43],
      ['role-unknown', 19, 51],
    ]);
    expect([document, catalog]).toEqual([undefined, undefined]);
  });

  test('nobody is blamed for naming what a breach of the schema has taken away', () => {
    const told = (text: string) => check(text).findings.map(({ rule }) => rule);
    expect(told(GOOD.replace('    audience: https://api.example\n', ''))).toEqual([
      'property-missing',
    ]);
    expect(told(GOOD.replace('{ description: See orders }', 'null'))).toEqual(['type-wrong']);
    expect(told(GOOD.replace('description: Orders', 'description: 7'))).toEqual(['type-wrong']);
    expect(
      told(
        `${GOOD}  7th: { inherits: [viewer] }\n  x: { description: X, inherits: [viewer], scopes: ['orders:read'], other: 1 }\n`,
      ),
    ).toContain('property-unknown');
    expect(told(`${GOOD}  clerk: { description: 8, inherits: [boss] }\n  boss: 7\n`)).toEqual([
      'type-wrong',
      'type-wrong',
    ]);
    expect(told(`${GOOD}catalog: again\n`)).toEqual(['duplicate-key']);
    const misnamed = GOOD.replace('read: {', 'Read: {');
    expect(told(misnamed)).toEqual(['name-invalid', 'scope-unknown']);
    expect(told(misnamed.replace('orders:read', 'orders:*'))).toEqual(['name-invalid']);
    expect(told(GOOD.replace('  api:', '  API:'))).toEqual(['name-invalid']);
  });

  test('whatever a document is made of, its breaches stay told and it is no catalog', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 8 }),
        fc.constantFrom('roles', 'resourceServers', 'delegation'),
        (json, at) => {
          const text = `catalog: x\nresourceServers: {}\n`.replace(
            at === 'resourceServers' ? 'resourceServers: {}' : /$/,
            `${at}: ${json}\n`,
          );
          const parsed = parseCatalog(text, 'shop.yaml');
          const { findings, catalog } = check(text);
          if (parsed.ok) return;
          expect(findings).toEqual(expect.arrayContaining(parsed.error));
          expect(catalog).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });
});
