import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffCatalogs } from '@ambit/scope-catalog';
import type { CatalogChange, DelegationEntry } from '@ambit/scope-catalog';
import { diffDelegation } from '../src/diff-delegation.ts';
import { arbitraryDelegatingCatalog } from './delegation-arbitraries.ts';

const rule = (more: Partial<DelegationEntry> = {}): DelegationEntry => ({
  actor: { role: 'checkout' },
  holding: ['orders:read', 'orders:write'],
  may: ['payments:charge', 'stock:reserve'],
  ...more,
});

describe('the delegation rules of two catalogs', () => {
  test('that differ in order, or in what goes without saying, do not differ', () => {
    const other = rule({ actor: { client: 'web' } });
    const same = rule({
      holding: ['orders:write', 'orders:read'],
      may: ['stock:reserve', 'payments:charge'],
      maxDepth: 5,
    });
    expect(diffDelegation([rule(), other], [other, same])).toEqual([]);
  });

  test('are told one by one: added, removed, and changed where actor and one list stay', () => {
    const before = [rule(), rule({ actor: { client: 'web' } }), rule({ actor: { role: 'old' } })];
    const after = [
      rule({ may: ['payments:charge'], maxDepth: 2 }),
      rule({ actor: { client: 'web' }, holding: ['orders:read'] }),
      rule({ actor: { role: 'new' } }),
    ];
    expect(diffDelegation(before, after)).toEqual([
      { kind: 'delegation_rule_removed', rule: before[2] },
      { kind: 'delegation_rule_added', rule: after[2] },
      {
        kind: 'delegation_rule_changed',
        rule: before[0],
        field: 'may',
        from: ['payments:charge', 'stock:reserve'],
        to: ['payments:charge'],
      },
      { kind: 'delegation_rule_changed', rule: before[0], field: 'maxDepth', from: 5, to: 2 },
      {
        kind: 'delegation_rule_changed',
        rule: before[1],
        field: 'holding',
        from: ['orders:read', 'orders:write'],
        to: ['orders:read'],
      },
    ]);
  });

  test('law: equal rules give nothing, and the way back undoes every change', () => {
    const told = (changes: readonly CatalogChange[], back: boolean): string[] =>
      changes
        .flatMap((change) => {
          switch (change.kind) {
            case 'delegation_rule_added':
            case 'delegation_rule_removed':
              return [
                `${String((change.kind === 'delegation_rule_added') !== back)} ${JSON.stringify(change.rule)}`,
              ];
            case 'delegation_rule_changed': {
              const [from, to] = back ? [change.to, change.from] : [change.from, change.to];
              return [`${change.field} ${JSON.stringify([change.rule.actor, from, to])}`];
            }
            default:
              return [];
          }
        })
        .sort();
    fc.assert(
      fc.property(arbitraryDelegatingCatalog, arbitraryDelegatingCatalog, (before, after) => {
        expect(told(diffCatalogs(before, structuredClone(before)), false)).toEqual([]);
        expect(told(diffCatalogs(before, after), false)).toEqual(
          told(diffCatalogs(after, before), true),
        );
      }),
      { numRuns: 200 },
    );
  });
});
