import { describe, expect, test } from '@jest/globals';
import { diffCatalogs } from '@ambit/scope-catalog';
import type { CatalogDocument, QuotaEntry } from '@ambit/scope-catalog';
import { compiled } from './arbitraries.ts';
import { countReads } from './count-reads.ts';

const base: CatalogDocument = {
  catalog: 'shop',
  resourceServers: {
    api: {
      audience: 'https://api.example',
      owner: 'team-a',
      resources: {
        orders: {
          actions: { read: { description: 'See orders' }, write: { lifetimeSeconds: 120 } },
        },
      },
    },
  },
  roles: { viewer: { scopes: ['orders:read'] }, editor: { inherits: ['viewer'] } },
};

const diff = (after: CatalogDocument): object[] => diffCatalogs(compiled(base), compiled(after));

describe('diffCatalogs', () => {
  test('a resource server that changes is told field by field, its scopes moved with its audience', () => {
    const { api } = base.resourceServers;
    const after = {
      ...api,
      audience: 'https://api2.example',
      accessToken: { lifetimeSeconds: 60 },
    };
    const { owner: _, ...ownerless } = { resources: {}, ...after };
    const resourceServer = 'api';
    const kind = 'resource_server_changed';
    expect(diff({ ...base, resourceServers: { api: ownerless } })).toEqual([
      {
        kind,
        resourceServer,
        field: 'audience',
        from: 'https://api.example',
        to: 'https://api2.example',
      },
      { kind, resourceServer, field: 'owner', from: 'team-a', to: null },
      { kind, resourceServer, field: 'lifetimeSeconds', from: 300, to: 60 },
      {
        kind: 'scope_moved',
        scope: 'orders:read',
        from: 'https://api.example',
        to: 'https://api2.example',
      },
      {
        kind: 'scope_moved',
        scope: 'orders:write',
        from: 'https://api.example',
        to: 'https://api2.example',
      },
    ]);
  });

  test('scopes and what roles gain by them are named one by one', () => {
    const actions = {
      read: { description: 'See them', risk: 'medium', deprecated: { since: '2026-01-01' } },
      cancel: {},
    } as const;
    const after = {
      ...base,
      resourceServers: {
        api: {
          audience: 'https://api.example',
          owner: 'team-a',
          resources: { orders: { actions } },
        },
      },
      roles: {
        viewer: { scopes: ['orders:read', 'orders:cancel'] },
        editor: { inherits: ['viewer'] },
      },
    };
    expect(diff(after)).toEqual([
      { kind: 'scope_added', scope: 'orders:cancel', resourceServer: 'api' },
      {
        kind: 'scope_changed',
        scope: 'orders:read',
        field: 'description',
        from: 'See orders',
        to: 'See them',
      },
      { kind: 'scope_changed', scope: 'orders:read', field: 'risk', from: 'low', to: 'medium' },
      {
        kind: 'scope_changed',
        scope: 'orders:read',
        field: 'deprecated',
        from: null,
        to: { since: '2026-01-01' },
      },
      { kind: 'scope_removed', scope: 'orders:write', resourceServer: 'api' },
      { kind: 'role_gains', role: 'editor', scope: 'orders:cancel' },
      { kind: 'role_gains', role: 'viewer', scope: 'orders:cancel' },
    ]);
  });

  test('a quota that comes, changes or goes is told; its mode, written out or not, makes no difference', () => {
    const shop = (quota?: QuotaEntry): CatalogDocument => ({
      ...base,
      resourceServers: {
        api: {
          audience: 'https://api.example',
          resources: { orders: { actions: { read: { ...(quota ? { quota } : {}) } } } },
        },
      },
      roles: {},
    });
    const change = (before?: QuotaEntry, after?: QuotaEntry) =>
      diffCatalogs(compiled(shop(before)), compiled(shop(after)));
    const hourly: QuotaEntry = { limit: 10, windowSeconds: 3600, per: 'client' };
    const enforced = { ...hourly, mode: 'enforce' } as const;
    const observed = { ...hourly, mode: 'observe' } as const;
    const told = { kind: 'scope_changed', scope: 'orders:read', field: 'quota' };
    expect(change(undefined, hourly)).toEqual([{ ...told, from: null, to: enforced }]);
    expect(change(observed, hourly)).toEqual([{ ...told, from: observed, to: enforced }]);
    expect(change(hourly, undefined)).toEqual([{ ...told, from: enforced, to: null }]);
    expect(change(hourly, enforced)).toEqual([]);
  });

  test('roles that come, go and inherit otherwise are told with what they grant', () => {
    expect(
      diff({
        ...base,
        roles: { reader: { scopes: ['orders:read'] }, editor: { inherits: ['reader'] } },
      }),
    ).toEqual([
      { kind: 'role_changed', role: 'editor', field: 'inherits', from: ['viewer'], to: ['reader'] },
      { kind: 'role_added', role: 'reader' },
      { kind: 'role_gains', role: 'reader', scope: 'orders:read' },
      { kind: 'role_removed', role: 'viewer' },
      { kind: 'role_loses', role: 'viewer', scope: 'orders:read' },
    ]);
  });

  test('the name, delegation and federation are not forgotten', () => {
    const delegation = [
      { actor: { role: 'viewer' }, holding: ['orders:read'], may: ['orders:write'] },
    ];
    const trust = { issuer: 'https://ci.example', audience: 'a' };
    const federation = { ci: { ...trust, rules: [] } };
    expect(diff({ ...base, catalog: 'store', delegation, federation })).toEqual([
      { kind: 'catalog_renamed', from: 'shop', to: 'store' },
      { kind: 'delegation_rule_added', rule: delegation[0] },
      { kind: 'federation_added', federation: 'ci', ...trust },
    ]);
  });

  test('ten thousand scopes are compared, with as few looks at each as among a thousand', () => {
    const big = (resources: number, offset: number): CatalogDocument => ({
      ...base,
      resourceServers: {
        api: {
          audience: 'https://api.example',
          resources: Object.fromEntries(
            Array.from({ length: resources }, (_, i) => [
              `r${i + offset}`,
              { actions: { a: {}, b: {}, c: {}, d: {}, e: {} } },
            ]),
          ),
        },
      },
      roles: { all: { scopes: Array.from({ length: resources }, (_, i) => `r${i + offset}:*`) } },
    });
    const reads = (resources: number): number =>
      countReads(
        { before: compiled(big(resources, 0)), after: compiled(big(resources, 10)) },
        ({ before, after }) => {
          expect(diffCatalogs(before, after)).toHaveLength(200);
        },
      );
    expect(reads(2000)).toBeLessThan(11 * reads(200));
  });
});
