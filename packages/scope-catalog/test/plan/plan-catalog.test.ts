import { describe, expect, test } from '@jest/globals';
import { planCatalog } from '@ambit/scope-catalog';
import type { ActionEntry, CatalogDocument, CatalogPlan, PlanClient } from '@ambit/scope-catalog';
import { compiled, NOW } from '../arbitraries.ts';
import { countReads } from '../count-reads.ts';

type Roles = NonNullable<CatalogDocument['roles']>;

function shop(
  roles: Roles,
  actions: Record<string, ActionEntry> = { read: {}, write: {}, refund: { risk: 'high' } },
  audience = 'https://api.example',
): CatalogDocument {
  return {
    catalog: 'shop',
    resourceServers: { api: { audience, resources: { orders: { actions } } } },
    roles,
  };
}

const client = (clientId: string, role: string, more: Partial<PlanClient> = {}): PlanClient => ({
  clientId,
  enabled: true,
  assignments: [{ role }],
  defaultScopes: [],
  resourceServers: [],
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

const viewer = { viewer: { scopes: ['orders:read'] } };

describe('a plan', () => {
  test('takes it for a gain of the publisher to move a scope it holds to another audience', () => {
    const clients = [client('web', 'viewer'), client('desk', 'clerk')];
    const moved = shop(viewer, undefined, 'https://bank.example');
    expect(plan(shop(viewer), moved, clients, 'web').publisherGains).toEqual(['orders:read']);
    expect(plan(shop(viewer), moved, clients, 'desk').publisherGains).toEqual([]);
    expect(plan(shop(viewer), shop(viewer), clients, 'web').publisherGains).toEqual([]);
  });

  test('names what clients gain, a disabled one too, and flags the publisher and high risk', () => {
    const after = shop({ viewer: { scopes: ['orders:read', 'orders:refund', 'orders:write'] } });
    const clients = [client('web', 'viewer'), client('old', 'viewer', { enabled: false })];
    const made = plan(shop(viewer), after, clients, 'web');
    expect(made.gains).toEqual([
      { client: 'old', role: 'viewer', scope: 'orders:refund', disabled: true },
      { client: 'old', role: 'viewer', scope: 'orders:write', disabled: true },
      { client: 'web', role: 'viewer', scope: 'orders:refund' },
      { client: 'web', role: 'viewer', scope: 'orders:write' },
    ]);
    expect(made.publisherGains).toEqual(['orders:refund', 'orders:write']);
    expect(made.summary).toEqual([
      '2 clients (1 of them disabled) gain 2 scopes, no client loses any',
      'in the catalog: 1 role granting more',
      'the publisher `web` gains `orders:refund` and `orders:write` itself',
      'high-risk `orders:refund` is gained by `old` and `web`, with `viewer`',
      'role `viewer` brings `orders:write` to `old` and `web`',
    ]);
  });

  test('a version cannot play down the risk of what it hands out', () => {
    const after = shop({ viewer: { scopes: ['orders:*'] } }, { read: {}, refund: { risk: 'low' } });
    const { summary } = plan(shop(viewer), after, [client('web', 'viewer')]);
    expect(summary).toContain('high-risk `orders:refund` is gained by `web`, with `viewer`');
    expect(summary).toContain('the risk of `orders:refund` is put from high to low');
  });

  test('a high-risk scope is named even where no client holds the role yet', () => {
    const after = shop({ ...viewer, boss: { scopes: ['orders:refund'] } });
    expect(plan(shop(viewer), after, []).summary).toEqual([
      'no client gains or loses a scope',
      'in the catalog: 1 role added, 1 role granting more',
      'role `boss` comes to grant high-risk `orders:refund`, though no client gains it now',
    ]);
  });

  test('a scope that another role grants already is neither gained nor lost', () => {
    const both = [
      client('web', 'viewer', { assignments: [{ role: 'viewer' }, { role: 'editor' }] }),
    ];
    const editor = { editor: { scopes: ['orders:read', 'orders:write'] } };
    const made = plan(
      shop({ ...viewer, ...editor }),
      shop({ viewer: { scopes: ['orders:write'] }, ...editor }),
      both,
    );
    expect([made.gains, made.losses]).toEqual([[], []]);
  });

  test('assignments that have run out count for nothing, those that will run out count', () => {
    const after = shop({ viewer: { scopes: ['orders:*'] } });
    const until = (time: number): Partial<PlanClient> => ({
      assignments: [{ role: 'viewer', until: time }],
    });
    const made = plan(shop(viewer), after, [
      client('past', 'viewer', until(NOW)),
      client('soon', 'viewer', until(NOW + 1)),
    ]);
    expect(new Set(made.gains.map((gain) => gain.client))).toEqual(new Set(['soon']));
  });

  test('a role that goes lies dormant; the one that comes back revives its assignments, named as gains', () => {
    const without = shop({});
    const clients = [client('web', 'viewer')];
    const going = plan(shop(viewer), without, clients);
    expect(going).toMatchObject({
      dormant: [{ client: 'web', role: 'viewer' }],
      losses: [{ client: 'web', role: 'viewer', scope: 'orders:read' }],
    });
    expect(going.summary).toContain('role `viewer` goes, and lies dormant for `web`');
    const coming = plan(without, shop(viewer), clients);
    expect(coming.gains).toEqual([
      { client: 'web', role: 'viewer', scope: 'orders:read', revived: true },
    ]);
    expect(coming.revived).toEqual([{ client: 'web', role: 'viewer' }]);
  });

  test('a credential is suspended when its server or its audience goes, and counts again when both are back', () => {
    const before = shop(viewer);
    const moved = shop(viewer, undefined, 'https://new.example');
    const gate = client('gate', 'none', {
      resourceServers: [
        { name: 'api', audience: 'https://api.example' },
        { name: 'never', audience: 'https://never.example' },
      ],
    });
    const credential = [{ client: 'gate', resourceServer: 'api', audience: 'https://api.example' }];
    const there = plan(before, moved, [gate]);
    expect([there.suspended, there.resumed]).toEqual([credential, []]);
    expect(there.summary).toContain(
      'the credential of `gate` for `api` (https://api.example) is suspended',
    );
    const gone = plan(before, { catalog: 'shop', resourceServers: {} }, [gate]);
    expect(gone.suspended).toEqual(credential);
    const back = plan(moved, before, [gate]);
    expect([back.suspended, back.resumed]).toEqual([[], credential]);
  });

  test('a sunset that is put off is a gain, and one that is brought forward a loss', () => {
    const retired = { read: { deprecated: { since: '2026-01-01', sunset: '2026-07-01' } } };
    const deprecated = { read: { deprecated: { since: '2026-01-01', sunset: '2026-07-02' } } };
    const clients = [client('web', 'viewer', { defaultScopes: ['orders:read'] })];
    const there = plan(shop(viewer, deprecated), shop(viewer, retired), clients);
    expect(there.losses).toEqual([{ client: 'web', role: 'viewer', scope: 'orders:read' }]);
    expect(there.brokenDefaults).toEqual([{ client: 'web', scope: 'orders:read' }]);
    expect(there.summary).toContain('retired at once: `orders:read`');
    const back = plan(shop(viewer, retired), shop(viewer, deprecated), clients);
    expect(back.gains).toEqual([{ client: 'web', role: 'viewer', scope: 'orders:read' }]);
    expect(back.summary).toContain('retired no longer: `orders:read`');
  });

  test('default scopes that come to be of two audiences are broken', () => {
    const roles = { viewer: { scopes: ['orders:read', 'users:read'] } };
    const users = { users: { actions: { read: {} } } };
    const one: CatalogDocument = {
      catalog: 'shop',
      resourceServers: {
        api: {
          audience: 'https://api.example',
          resources: { orders: { actions: { read: {} } }, ...users },
        },
      },
      roles,
    };
    const two: CatalogDocument = {
      ...one,
      resourceServers: {
        api: { audience: 'https://api.example', resources: { orders: { actions: { read: {} } } } },
        people: { audience: 'https://people.example', resources: users },
      },
    };
    const clients = [client('web', 'viewer', { defaultScopes: ['orders:read', 'users:read'] })];
    expect(plan(one, two, clients).brokenDefaults).toEqual([
      { client: 'web', scope: 'users:read' },
    ]);
  });

  test('what becomes of tokens is told: lifetime, binding, signature, scopes removed and moved', () => {
    const before = shop({}, { read: {}, write: {}, cancel: {} });
    const after: CatalogDocument = {
      catalog: 'shop',
      resourceServers: {
        api: {
          audience: 'https://new.example',
          accessToken: { lifetimeSeconds: 60, signingAlg: 'EdDSA', senderConstrained: 'dpop' },
          resources: {
            orders: {
              actions: {
                read: { lifetimeSeconds: 30 },
                write: { deprecated: { since: '2026-01-01', sunset: '2026-12-31' } },
              },
            },
          },
        },
      },
    };
    expect(plan(before, after, []).summary).toEqual([
      'no client gains or loses a scope',
      'in the catalog: 1 resource server changed, 1 scope removed, 2 scopes moved to another audience, 2 scopes changed',
      'tokens issued so far lose `orders:cancel`',
      'from https://api.example to https://new.example, dead in the tokens issued so far: `orders:read` and `orders:write`',
      '`orders:write` is deprecated, and retired from 2026-12-31',
      'the audience of `api` goes from https://api.example to https://new.example',
      'the signature algorithm of `api` goes from ES256 to EdDSA',
      'the sender constraint of `api` goes from none to dpop',
      'the lifetime in seconds of `api` goes from 300 to 60',
      'tokens with `orders:read` live as long as their resource server says, then at most 30 s',
    ]);
  });

  test('quotas that come, change and go are told', () => {
    const hourly = { limit: 100, windowSeconds: 3600, per: 'client', mode: 'observe' } as const;
    const before = shop({}, { read: {}, write: { quota: hourly }, cancel: { quota: hourly } });
    const after = shop(
      {},
      {
        read: { quota: hourly },
        write: { quota: { limit: 5, windowSeconds: 60, per: 'subject' } },
        cancel: {},
      },
    );
    expect(plan(before, after, []).summary).toEqual([
      'no client gains or loses a scope',
      'in the catalog: 3 scopes changed',
      'tokens with `orders:cancel` have no quota any more',
      'tokens with `orders:read` get a quota: 100 in 3600 s for each client, observed',
      'the quota of `orders:write` goes from 100 in 3600 s for each client, observed to 5 in 60 s for each subject, enforced',
    ]);
  });

  test('a long summary says how many it leaves out', () => {
    const actions = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`a${i}`, { risk: 'high' }] as const),
    );
    const clients = Array.from({ length: 30 }, (_, i) => client(`c${i}`, 'all'));
    const { summary } = plan(
      shop({ all: {} }, actions),
      shop({ all: { scopes: ['orders:*'] } }, actions),
      clients,
    );
    expect(summary[0]).toBe('30 clients gain 40 scopes, no client loses any');
    expect(summary[2]).toBe(
      'high-risk `orders:a0` is gained by `c0`, `c1`, `c10`, `c11`, `c12` and 25 more, with `all`',
    );
    expect(summary.at(-1)).toBe('and 30 more high-risk scopes gained');
  });

  describe('for many clients', () => {
    const roles = (...scopes: string[]): Roles =>
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`r${i}`, { scopes }]));
    const writer: Roles = { writer: { scopes: ['orders:write'] } };
    const before = compiled(shop({ ...roles('orders:read'), ...writer }));
    const after = compiled(shop({ ...roles('orders:read', 'orders:write'), ...writer }));
    /** Clients in the order of their names, all of which could write before but the last. */
    const clients = (count: number): PlanClient[] => [
      ...Array.from({ length: count }, (_, i) =>
        client(`c${String(i).padStart(6, '0')}`, '', {
          assignments: [{ role: 'writer' }, { role: `r${i % 50}` }],
        }),
      ),
      client('reader', 'r7'),
    ];
    const gains = [{ client: 'reader', role: 'r7', scope: 'orders:write' }];

    test('reads the catalogs for a hundred thousand no more than for fifty with the same sets of roles', () => {
      const reads = (count: number): number =>
        countReads({ before, after }, (catalogs) => {
          const made = planCatalog({ ...catalogs, clients: clients(count), now: NOW });
          expect(made.gains).toEqual(gains);
        });
      expect(reads(100_000)).toBe(reads(50));
    });

    test('looks as few times at each among five thousand as among five hundred', () => {
      const reads = (count: number): number =>
        countReads(clients(count), (counted) => {
          const made = planCatalog({ before, after, clients: counted, now: NOW });
          expect(made.gains).toEqual(gains);
        });
      expect(reads(5000)).toBeLessThan(11 * reads(500));
    });
  });
});
