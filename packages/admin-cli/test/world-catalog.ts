import type { StubOptions } from '../../sdk/test/stub-issuer.ts';

const version = (number: number, active: boolean) => ({
  version: number,
  digest: `sha256:${String(number).repeat(64)}`,
  name: 'shop',
  comment: number === 1 ? 'the beginning' : 'orders can be written',
  published_at: `2026-11-0${String(number)}T09:00:00Z`,
  published_by: 'ops',
  active,
  scopes: number,
});

const document = {
  catalog: 'shop',
  resourceServers: {
    'shop-api': {
      audience: 'https://api.shop.example',
      resources: {
        orders: {
          actions: {
            read: { description: 'See orders' },
            refund: {
              description: 'Pay money back',
              deprecated: {
                since: '2026-01-31',
                sunset: '2026-12-01',
                successor: 'payments:refund',
              },
            },
          },
        },
      },
    },
  },
};

const nothing = {
  gains: [],
  losses: [],
  changes: [],
  revived: [],
  dormant: [],
  suspended: [],
  resumed: [],
  publisher_gains: [],
  delegation: { gains: [], losses: [] },
  broken_defaults: [],
  summary: [],
};

const plan = {
  ...nothing,
  base: 2,
  digest: `sha256:${'3'.repeat(64)}`,
  assignments: `sha256:${'a'.repeat(64)}`,
  gains: [{ client: 'deploy-bot', role: 'editor', scope: 'orders:write' }],
  changes: [
    { kind: 'scope_added', scope: 'orders:write', resource_server: 'shop-api' },
    { kind: 'role_gains', role: 'editor', scope: 'orders:write' },
    {
      kind: 'resource_server_changed',
      resource_server: 'shop-api',
      field: 'lifetimeSeconds',
      from: 300,
      to: 120,
    },
  ],
  suspended: [
    { client: 'shop-api', resource_server: 'shop-api', audience: 'https://api.shop.example' },
  ],
  summary: ['1 client gains 1 scope', 'nobody loses any'],
};

const rollback = {
  ...nothing,
  base: 2,
  version: 1,
  digest: version(1, false).digest,
  assignments: plan.assignments,
  losses: [{ client: 'deploy-bot', role: 'editor', scope: 'orders:write' }],
  changes: [{ kind: 'scope_removed', scope: 'orders:write', resource_server: 'shop-api' }],
  summary: ['1 client loses 1 scope'],
};

/** The part of the stub's world that is about the catalog: version 2 is active. */
export const catalogRoutes: StubOptions['routes'] = {
  'GET /catalog/versions': { body: { items: [version(2, true), version(1, false)], total: 2 } },
  'GET /catalog/versions/active': { body: { ...version(2, true), document } },
  'GET /catalog/versions/1': { body: { ...version(1, false), document } },
  'GET /catalog/versions/1/diff/2': { body: { from: 1, to: 2, changes: plan.changes } },
  'POST /catalog/lint': { body: { findings: [] } },
  'POST /catalog/plan': ({ body }) => ({ body: 'version' in (body as object) ? rollback : plan }),
  'POST /catalog/versions': {
    status: 201,
    body: { version: 3, digest: plan.digest, changed: true },
  },
  'POST /catalog/versions/1/activate': {
    body: { version: 1, digest: rollback.digest, changed: true },
  },
};
