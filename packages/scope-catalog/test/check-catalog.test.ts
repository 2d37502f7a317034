import { describe, expect, test } from '@jest/globals';
import { checkCatalog } from '@ambit/scope-catalog';
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

  test('what does not parse is told alone', () => {
    expect(check('catalog: [').findings.every(({ severity }) => severity === 'error')).toBe(true);
    expect(check('catalog: shop\n').findings.map(({ rule }) => rule)).toEqual(['property-missing']);
  });
});
