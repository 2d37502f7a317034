import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideDelegation, planCatalog, scopeState } from '@ambit/scope-catalog';
import type {
  CatalogDocument,
  CatalogPlan,
  CompiledCatalog,
  DelegationEntry,
  PlanClient,
} from '@ambit/scope-catalog';
import { compiled, NOW } from '../arbitraries.ts';
import { arbitraryClients, arbitraryDelegatingCatalog } from '../delegation-arbitraries.ts';

const shop = (
  delegation: DelegationEntry[],
  audience = 'https://api.example',
): CatalogDocument => ({
  catalog: 'shop',
  resourceServers: {
    api: { audience, resources: { orders: { actions: { read: {}, write: {}, cancel: {} } } } },
    pay: {
      audience: 'https://pay.example',
      resources: { payments: { actions: { read: {}, charge: { risk: 'high' } } } },
    },
  },
  roles: { checkout: {}, viewer: { scopes: ['orders:read'] } },
  delegation,
});

const orders: PlanClient = {
  clientId: 'orders',
  enabled: true,
  assignments: [{ role: 'checkout' }],
  defaultScopes: [],
  resourceServers: [{ name: 'api', audience: 'https://api.example' }],
};

const rule = (more: Partial<DelegationEntry> = {}): DelegationEntry => ({
  actor: { role: 'checkout' },
  holding: ['orders:write'],
  may: ['payments:charge', 'payments:read'],
  ...more,
});

const plan = (
  before: CatalogDocument,
  after: CatalogDocument,
  clients: PlanClient[],
  publisher?: string,
): CatalogPlan =>
  planCatalog({
    before: compiled(before),
    after: compiled(after),
    clients,
    now: NOW,
    ...(publisher === undefined ? {} : { publisher }),
  });

const reach = (scope: string, holding = ['orders:write'], maxDepth = 5) => ({
  client: 'orders',
  scope,
  holding,
  maxDepth,
});

describe('a plan of delegation', () => {
  test('names, per actor, what comes within reach and holding what, high risk first', () => {
    const clients = [
      orders,
      { ...orders, clientId: 'old', enabled: false },
      { ...orders, clientId: 'no-server', resourceServers: [] },
      { ...orders, clientId: 'viewer', assignments: [{ role: 'viewer' }] },
    ];
    const made = plan(shop([]), shop([rule()]), clients, 'orders');
    expect(made.delegation).toEqual({
      gains: [
        { ...reach('payments:charge'), client: 'old', disabled: true },
        { ...reach('payments:read'), client: 'old', disabled: true },
        reach('payments:charge'),
        reach('payments:read'),
      ],
      losses: [],
    });
    expect(made.gains).toEqual([]);
    expect(made.publisherGains).toEqual(['payments:charge', 'payments:read']);
    expect(made.summary).toEqual([
      'no client gains or loses a scope',
      'in the catalog: 1 delegation rule added',
      'the publisher `orders` gains `payments:charge` and `payments:read` itself',
      'high-risk `payments:charge` comes, by delegation, within reach of `old` and `orders`',
      '`payments:read` comes, by delegation, within reach of `old` and `orders`',
    ]);
  });

  test('a rule that asks for less, or allows more depth, is a gain; one that asks for more a loss', () => {
    const strict = rule({ holding: ['orders:read', 'orders:write'], may: ['payments:read'] });
    const lax = rule({ may: ['payments:read'] });
    expect(plan(shop([strict]), shop([lax]), [orders]).delegation).toEqual({
      gains: [reach('payments:read')],
      losses: [],
    });
    expect(plan(shop([lax]), shop([{ ...lax, maxDepth: 2 }]), [orders])).toMatchObject({
      delegation: { gains: [], losses: [reach('payments:read')] },
      summary: [
        'no client gains or loses a scope',
        'in the catalog: 1 delegation rule changed',
        '`payments:read` goes, by delegation, out of reach of `orders`',
      ],
    });
  });

  test('a resource server that moves takes its credentials out of reach', () => {
    const moved = shop([rule()], 'https://api2.example');
    expect(plan(shop([rule()]), moved, [orders]).delegation.losses).toHaveLength(2);
  });

  /**
   * Whether the client would be granted the scope by a rule, on behalf of somebody who carries just
   * that.
   */
  function canReach(
    catalog: CompiledCatalog,
    client: PlanClient,
    { scope, holding, maxDepth }: { scope: string; holding: readonly string[]; maxDepth: number },
  ): boolean {
    const audience =
      catalog.scopes.get(holding[0] ?? '')?.audience ??
      client.resourceServers.find(
        (own) => catalog.resourceServers.get(own.name)?.audience === own.audience,
      )?.audience;
    const dead = holding.some((name) => {
      const held = catalog.scopes.get(name);
      return !held || held.audience !== audience || scopeState(held, NOW) === 'retired';
    });
    if (audience === undefined || dead) return false;
    const actor = { ...client, enabled: true };
    const subjectToken = {
      sub: 'somebody',
      clientId: 'somebody',
      audience,
      scopes: holding.length === 0 ? ['none:such'] : holding,
      actors: Array.from({ length: maxDepth - 1 }, (_, index) => `actor-${index}`),
      depth: maxDepth - 1,
      expiresAt: NOW / 1000 + 60,
    };
    const request = { actor, subjectToken, resources: [], audiences: [], proof: {} };
    const decided = decideDelegation(catalog, { ...request, requestedScopes: [scope] }, NOW);
    return decided.ok;
  }

  test('law: what is gained can be had after and could not before, by the decision itself; and the other way round', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog,
        arbitraryDelegatingCatalog,
        arbitraryClients,
        (before, after, parties) => {
          const clients = [...parties.values()].map((one) => ({ ...one, defaultScopes: [] }));
          const { delegation } = planCatalog({ before, after, clients, now: NOW });
          const sides = [
            [delegation.gains, before, after],
            [delegation.losses, after, before],
          ] as const;
          for (const [entries, without, having] of sides) {
            for (const entry of entries) {
              const client = clients.find(({ clientId }) => clientId === entry.client);
              if (!client) throw new Error('a plan speaks of clients there are');
              const entitled = [without, having].map((catalog) =>
                canReach({ ...catalog, delegationRules: NONE }, client, entry),
              );
              if (entitled.includes(true)) continue;
              expect(canReach(having, client, entry)).toBe(true);
              expect(canReach(without, client, entry)).toBe(false);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  /**
   * Whether a scope is as alive, and as addressed, in both; where it is not, there were no such
   * tokens before.
   */
  function isSame(before: CompiledCatalog, after: CompiledCatalog, name: string): boolean {
    const [was, is] = [before.scopes.get(name), after.scopes.get(name)];
    return was?.audience === is?.audience && was?.retiredFrom === is?.retiredFrom;
  }

  const NONE: CompiledCatalog['delegationRules'] = { byRole: new Map(), byClient: new Map() };

  test('law: every rule that an actor can use is known before, or a gain', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog,
        arbitraryDelegatingCatalog,
        arbitraryClients,
        (before, after, parties) => {
          const clients = [...parties.values()].map((one) => ({ ...one, defaultScopes: [] }));
          const { delegation } = planCatalog({ before, after, clients, now: NOW });
          for (const client of clients) {
            for (const { may, holding, maxDepth = 5 } of after.delegation) {
              if (!holding.every((name) => isSame(before, after, name))) continue;
              for (const scope of may) {
                const entry = { scope, holding, maxDepth };
                if (!canReach(after, client, entry) || canReach(before, client, entry)) continue;
                const covering = delegation.gains.filter(
                  (gain) =>
                    gain.client === client.clientId &&
                    gain.scope === scope &&
                    gain.maxDepth >= maxDepth &&
                    gain.holding.every((held) => holding.includes(held)),
                );
                const carried = holding.includes(scope);
                expect(carried || covering.length > 0).toBe(true);
              }
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('law: the way back exchanges what is gained and what is lost', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog,
        arbitraryDelegatingCatalog,
        arbitraryClients,
        (before, after, parties) => {
          const clients = [...parties.values()].map((one) => ({ ...one, defaultScopes: [] }));
          const there = planCatalog({ before, after, clients, now: NOW }).delegation;
          const back = planCatalog({ before: after, after: before, clients, now: NOW }).delegation;
          expect([back.gains, back.losses]).toEqual([there.losses, there.gains]);
          const stay = planCatalog({ before, after: before, clients, now: NOW }).delegation;
          expect(stay).toEqual({ gains: [], losses: [] });
        },
      ),
      { numRuns: 300 },
    );
  });
});
