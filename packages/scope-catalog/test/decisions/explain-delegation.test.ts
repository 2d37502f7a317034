import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideDelegation, delegationGraph, explainDelegation } from '@ambit/scope-catalog';
import type { CatalogDocument, DelegationClient } from '@ambit/scope-catalog';
import { compiled, NOW, SCOPES } from '../arbitraries.ts';
import { arbitraryClients, arbitraryDelegatingCatalog } from '../delegation-arbitraries.ts';

const DOCUMENT: CatalogDocument = {
  catalog: 'shop',
  resourceServers: {
    api: {
      audience: 'https://api.example',
      resources: {
        orders: {
          actions: {
            read: {},
            write: {},
            old: { deprecated: { since: '2026-01-01', sunset: '2026-06-01' } },
          },
        },
      },
    },
    pay: {
      audience: 'https://pay.example',
      resources: { payments: { actions: { charge: { risk: 'high' }, read: {} } } },
    },
  },
  roles: { checkout: { scopes: ['orders:read'] } },
  delegation: [
    { actor: { role: 'checkout' }, holding: ['orders:write'], may: ['payments:charge'] },
    { actor: { client: 'other' }, holding: [], may: ['payments:charge'], maxDepth: 1 },
    { actor: { role: 'checkout' }, holding: ['orders:read'], may: ['payments:charge'] },
  ],
};

const orders: DelegationClient = {
  clientId: 'orders',
  enabled: true,
  assignments: [{ role: 'checkout' }],
  resourceServers: [{ name: 'api', audience: 'https://api.example' }],
};

const explain = (scope: string, holding: string[], actor = orders) =>
  explainDelegation(compiled(DOCUMENT), actor, scope, holding, NOW);

describe('explainDelegation', () => {
  test('walks every rule that lists the scope, and says by which it is granted', () => {
    const rule = { actor: { role: 'checkout' }, namesActor: true, maxDepth: 5 };
    expect(explain('payments:charge', ['orders:read'])).toEqual({
      client: 'orders',
      scope: 'payments:charge',
      holding: ['orders:read'],
      granted: true,
      by: 'rule',
      state: 'active',
      reasons: [{ code: 'rule_grants', rule: 2 }],
      rules: [
        { ...rule, rule: 0, holding: ['orders:write'], missing: ['orders:write'] },
        {
          rule: 1,
          actor: { client: 'other' },
          namesActor: false,
          holding: [],
          missing: [],
          maxDepth: 1,
        },
        { ...rule, rule: 2, holding: ['orders:read'], missing: [] },
      ],
    });
  });

  test.each<[string, string[], DelegationClient, object]>([
    [
      'orders:read',
      ['orders:read'],
      orders,
      {
        granted: true,
        by: 'carried',
        reasons: [{ code: 'carried', entitled: true }],
      },
    ],
    [
      'payments:charge',
      [],
      orders,
      {
        granted: false,
        reasons: [
          { code: 'not_carried' },
          { code: 'rule_lacks', rule: 0, missing: ['orders:write'] },
          { code: 'rule_lacks', rule: 2, missing: ['orders:read'] },
          { code: 'rule_names_another', rule: 1 },
        ],
      },
    ],
    [
      'orders:write',
      ['orders:write'],
      orders,
      {
        granted: false,
        reasons: [{ code: 'carried', entitled: false }, { code: 'no_rule_lists' }],
      },
    ],
    [
      'payments:raed',
      [],
      orders,
      {
        granted: false,
        state: 'unknown',
        reasons: [{ code: 'scope_unknown', nearest: ['payments:read'] }],
      },
    ],
    [
      'ambit.role:read',
      [],
      orders,
      {
        granted: false,
        reasons: [{ code: 'scope_reserved' }, { code: 'not_carried' }, { code: 'no_rule_lists' }],
      },
    ],
    [
      'orders:old',
      [],
      orders,
      {
        granted: false,
        state: 'retired',
        reasons: [
          { code: 'scope_retired', sunset: '2026-06-01' },
          { code: 'not_carried' },
          { code: 'no_rule_lists' },
        ],
      },
    ],
    [
      'payments:read',
      ['orders:old', 'orders:raed'],
      orders,
      {
        reasons: [
          { code: 'holding_dead', scope: 'orders:old' },
          { code: 'holding_unknown', scope: 'orders:raed', nearest: ['orders:read'] },
          { code: 'not_carried' },
          { code: 'no_rule_lists' },
        ],
      },
    ],
    [
      'payments:read',
      ['orders:read', 'payments:charge'],
      orders,
      {
        reasons: [
          { code: 'holding_mixed', audiences: ['https://api.example', 'https://pay.example'] },
          { code: 'not_carried' },
          { code: 'no_rule_lists' },
        ],
      },
    ],
    [
      'payments:read',
      ['payments:charge'],
      orders,
      {
        reasons: [
          { code: 'not_addressed', audience: 'https://pay.example', resourceServer: 'pay' },
          { code: 'not_carried' },
          { code: 'no_rule_lists' },
        ],
      },
    ],
    [
      'payments:read',
      [],
      { ...orders, enabled: false },
      {
        reasons: [{ code: 'client_disabled' }, { code: 'not_carried' }, { code: 'no_rule_lists' }],
      },
    ],
    [
      'payments:charge',
      ['orders:read'],
      { ...orders, assignments: [...orders.assignments, { role: 'ambit-admin' }] },
      {
        granted: false,
        reasons: [
          { code: 'not_carried' },
          { code: 'actor_governs' },
          { code: 'rule_grants', rule: 2 },
          { code: 'rule_lacks' },
          { code: 'rule_names_another' },
        ],
      },
    ],
  ])('%s holding %j', (scope, holding, actor, expected) => {
    expect(explain(scope, holding, actor)).toMatchObject(expected);
  });

  test('law: it says what the decision decides', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog,
        arbitraryClients,
        fc.constantFrom('web', 'worker', 'reports', 'gate'),
        fc.constantFrom(...SCOPES),
        fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 3 }),
        (catalog, clients, name, scope, holding) => {
          const actor = clients.get(name);
          const audience = catalog.scopes.get(holding[0] ?? '')?.audience;
          if (!actor || audience === undefined) return;
          const told = explainDelegation(catalog, actor, scope, holding, NOW);
          if (told.reasons.some(({ code }) => code.startsWith('holding'))) return;
          const subjectToken = {
            sub: 'somebody',
            clientId: 'somebody',
            audience,
            scopes: holding,
            actors: [],
            depth: 0,
            expiresAt: NOW / 1000 + 60,
          };
          const request = { actor, subjectToken, resources: [], audiences: [], proof: {} };
          const decided = decideDelegation(catalog, { ...request, requestedScopes: [scope] }, NOW);
          expect(told.granted).toBe(decided.ok);
          if (decided.ok) expect(told.by).toBe(decided.value.sources[0]?.by);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('delegationGraph', () => {
  test('draws what is held, who acts, and what it may then ask for', () => {
    expect(delegationGraph(compiled(DOCUMENT))).toBe(`flowchart LR
  subgraph r1["api · https://api.example"]
    s0["orders:read"]
    s1["orders:write"]
  end
  subgraph r2["pay · https://pay.example"]
    s2["payments:charge"]:::high
  end
  any(["any scope"])
  d0{{"role checkout"}}
  s1 --> d0
  d0 --> s2
  d1{{"client other, depth 1"}}
  any --> d1
  d1 --> s2
  d2{{"role checkout"}}
  s0 --> d2
  d2 --> s2
  classDef high stroke:#c00,stroke-width:3px
`);
  });

  test('lets no name break out of its label', () => {
    const actor = { client: 'a"]; click d0 "javascript:alert(1)"<b>' };
    const rule = { actor, holding: ['orders:read'], may: ['payments:read'] };
    const text = delegationGraph(compiled({ ...DOCUMENT, delegation: [rule] }));
    expect(text).toContain(
      '  d0{{"client a#34;]#59; click d0 #34;javascript:alert(1)#34;#60;b#62;"}}',
    );
  });

  test('of a catalog without rules has nothing in it', () => {
    expect(delegationGraph(compiled({ ...DOCUMENT, delegation: [] }))).toBe(
      'flowchart LR\n  classDef high stroke:#c00,stroke-width:3px\n',
    );
  });
});
