import { builtInResourceServer } from '@ambit/scope-catalog';
import { problem } from '../../sdk/test/stub-issuer.ts';
import type { SeenRequest, StubOptions, StubReply } from '../../sdk/test/stub-issuer.ts';
import { catalogRoutes } from './world-catalog.ts';

/** The issuer of every transcript. */
export const ISSUER = 'http://localhost:3000';

/** The moment at which every transcript is played. */
export const NOW = Date.parse('2026-11-22T12:00:00Z');

/** Every scope of the admin API. */
const ADMIN_SCOPES = Object.entries(builtInResourceServer(ISSUER).resources).flatMap(
  ([resource, { actions }]) => Object.keys(actions).map((action) => `${resource}:${action}`),
);

const client = (id: string, more: object = {}) => ({
  client_id: id,
  enabled: true,
  auth: 'secret',
  roles: [{ role: 'viewer' }],
  resource_servers: [],
  default_scopes: [],
  scope_policy: 'strict',
  created_at: '2026-11-01T09:00:00Z',
  updated_at: '2026-11-01T09:00:00Z',
  revision: 7,
  ...more,
});

const deployBot = client('deploy-bot', {
  roles: [
    { role: 'editor', until: '2026-11-22T20:00:00Z' },
    { role: 'refunder', dormant: true },
  ],
  default_scopes: ['orders:read'],
});
const shopApi = client('shop-api', {
  roles: [],
  resource_servers: [{ name: 'shop-api', audience: 'https://api.shop.example', suspended: false }],
});

const key = (kid: string, state: string, more: object = {}) => ({
  kid,
  alg: 'ES256',
  state,
  created_at: '2026-08-01T00:00:00Z',
  published_at: '2026-08-01T00:00:00Z',
  overdue: false,
  ...more,
});

const keys = list([
  key('es256-a', 'active', { overdue: true }),
  key('es256-b', 'next', { may_sign_from: '2026-08-01T00:05:30Z' }),
]);

const traced = (jti: string, client: string, server: string, more: object) => ({
  jti,
  client,
  subject: 'front',
  audience: `https://${server}.shop.example`,
  live: [],
  granted_by: [],
  catalog_version: 2,
  issued_at: '2026-11-22T11:59:00.000Z',
  expires_at: '2026-11-22T12:04:00.000Z',
  active: true,
  children: [],
  ...more,
});

/** front asked orders, orders asked payments and read the stock, payments asked the ledger. */
const tracedTree = traced('019b-a', 'front', 'orders', {
  scopes: ['orders:read', 'orders:write'],
  live: ['orders:write'],
  children: [
    traced('019b-b', 'orders', 'payments', {
      scopes: ['payments:charge'],
      live: ['payments:charge'],
      granted_by: [
        {
          scope: 'payments:charge',
          by: 'rule',
          rule: {
            actor: { role: 'checkout' },
            holding: ['orders:write'],
            may: ['payments:charge'],
            maxDepth: 3,
          },
        },
      ],
      children: [
        traced('019b-d', 'payments', 'ledger', {
          scopes: ['ledger:post'],
          granted_by: [
            {
              scope: 'ledger:post',
              by: 'rule',
              rule: {
                actor: { client: 'payments' },
                holding: ['payments:charge'],
                may: ['ledger:post'],
              },
            },
          ],
          active: false,
          reason: 'revoked',
        }),
      ],
    }),
    traced('019b-c', 'orders', 'orders', {
      scopes: ['orders:read'],
      granted_by: [{ scope: 'orders:read', by: 'carried' }],
      active: false,
      reason: 'no_live_scope',
      omitted: 2,
    }),
  ],
});

/** Where a record stands in the log. */
const placed = (id: number) => ({ id, writer: 1, sequence: id, digest: digestOf(id) });

function digestOf(id: number): string {
  return String(id).padStart(2, '0').repeat(32);
}

const exchange = {
  ...placed(13),
  time: '2026-11-22T11:59:30Z',
  event: 'token.exchanged',
  decision: 'granted',
  request_id: 'q-13',
  actor: 'payments',
  client: 'payments',
  subject: 'front',
  actors: ['payments', 'orders'],
  parent_jti: '019b-b',
  jti: '019b-d',
  granted_scopes: ['ledger:post'],
};

const records = [
  {
    ...placed(12),
    time: '2026-11-22T11:59:00Z',
    event: 'token.refused',
    decision: 'refused',
    request_id: 'q-12',
    actor: 'deploy-bot',
    client: 'deploy-bot',
    requested_scopes: ['orders:refund'],
    reason: 'invalid_scope',
    detail: 'no scope orders:refund',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    address: '192.0.2.7',
    duration_micros: 812,
  },
  {
    ...placed(11),
    time: '2026-11-22T11:58:00Z',
    event: 'client.created',
    decision: 'granted',
    request_id: 'q-11',
    actor: 'ops',
    target: { kind: 'client', id: 'deploy-bot' },
  },
];

/** Refusals of strangers that were counted together: of one network, and of all beyond the bound. */
const counted = [
  {
    ...{ ...placed(15), time: '2026-11-22T11:57:59Z', event: 'refusals.counted' },
    ...{ decision: 'refused', request_id: 'q-15' },
    counted: { refusals: 9, since: '2026-11-22T11:57:01Z', reasons: { 'auth.missing': 9 } },
  },
  {
    ...{ ...placed(14), time: '2026-11-22T11:57:58Z', event: 'refusals.counted' },
    ...{ decision: 'refused', request_id: 'q-14', address: '2001:db8::/64' },
    counted: {
      refusals: 42,
      since: '2026-11-22T11:57:00Z',
      reasons: { invalid_request: 2, invalid_client: 40 },
    },
  },
];

/** What a list narrowed by some events is of. */
const RARE: Readonly<Record<string, readonly object[]>> = {
  'token.exchanged': [exchange],
  'refusals.counted': counted,
};

const SIGNER = '08IO_1YeSflsb7OV8QeO3imRKtX7oTQjaMy8bPrOC_w';
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const STATEMENT = [
  encode({ alg: 'EdDSA', kid: SIGNER, typ: 'ambit-audit-checkpoint+jwt' }),
  encode({
    ...{ iss: ISSUER, iat: NOW / 1000, number: 7, oldest: 1 },
    chains: [{ writer: 1, sequence: 12, digest: digestOf(12) }],
  }),
  'c2lnbmVk',
].join('.');

/** A checkpoint of the log as it was signed. */
const checkpoint = {
  number: 7,
  time: '2026-11-22T12:00:00Z',
  chains: [{ writer: 1, sequence: 12, digest: digestOf(12) }],
  checkpoint: STATEMENT,
  jwk: { kty: 'OKP', crv: 'Ed25519', x: 'cHVibGlj', kid: SIGNER, alg: 'EdDSA', use: 'sig' },
};

/** What a verification of the log comes to, as lines. */
function verified({ body }: SeenRequest): StubReply {
  const { checkpoints } = body as { checkpoints: readonly string[] };
  return linesOf(
    { step: 'progress', checked: 6, total: 12 },
    {
      step: 'done',
      ...{ whole: true, records: 12, chains: [{ writer: 1, from: 1, to: 12 }] },
      personal_erased: 2,
      checkpoints: {
        count: 7,
        newest: { number: 7, time: '2026-11-22T11:59:40Z' },
        given: checkpoints.map((_, index) => ({ number: 7 - index, held: 'whole' })),
      },
      ...{ broken: 0, findings: [] },
    },
  );
}

/** Kinds of revocation rules that are not called as the member that asks for one. */
const REVOCATION_KINDS: Readonly<Record<string, string>> = {
  token: 'jti',
  catalog_version: 'version',
  issued_before: 'issued-before',
};

/** What the server of every transcript answers, unless the transcript says otherwise. */
export const WORLD: StubOptions = {
  issuer: ISSUER,
  date: new Date(NOW).toUTCString(),
  clients: {
    ops: { secret: 'ops-secret', defaults: ADMIN_SCOPES, entitled: ADMIN_SCOPES },
    stalled: {
      secret: 'stalled-secret',
      entitled: [],
      refusal: {
        status: 503,
        body: {
          error: 'temporarily_unavailable',
          error_description: 'the service is not available for the moment',
        },
      },
    },
    newcomer: { secret: 'newcomer-secret', entitled: ['ambit.catalog:read'] },
  },
  routes: {
    'GET /whoami': {
      body: {
        client_id: 'ops',
        roles: [{ role: 'ambit-admin' }],
        scopes: ['ambit.catalog:read', 'ambit.catalog:publish'],
        issuer: ISSUER,
        catalog_version: 2,
        revision: 40,
        server_version: '0.1.0',
        time: '2026-11-22T12:00:00Z',
        secrets: [{ id: 's-1', label: 'bootstrap', created_at: '2026-11-01T09:00:00Z' }],
      },
    },
    'GET /status': {
      body: {
        since: '2026-11-22T11:46:00Z',
        until: '2026-11-22T12:00:00Z',
        granted: [
          { name: 'token.issued', count: 1200 },
          { name: 'token.introspected', count: 310 },
        ],
        refused: [{ name: 'token.refused', count: 7 }],
        issued_by_minute: [0, 100, 700, 400],
        reasons: [
          { name: 'invalid_scope', count: 6 },
          { name: 'invalid_client', count: 1 },
        ],
        clients: [
          { name: 'checkout', count: 1206 },
          { name: 'shop-api', count: 310 },
        ],
        slowest: [
          {
            request_id: 'q-9',
            time: '2026-11-22T11:58:00Z',
            event: 'token.issued',
            client: 'checkout',
            duration_micros: 41_270,
          },
          {
            request_id: 'q-8',
            time: '2026-11-22T11:57:00Z',
            event: 'role.assigned',
            duration_micros: 9_100,
          },
        ],
      },
    },
    ...catalogRoutes,
    'GET /roles': {
      body: list([
        { ...role('viewer', ['orders:read']), clients: 2 },
        { ...role('editor', ['orders:read', 'orders:write']), inherits: ['viewer'], clients: 1 },
      ]),
    },
    'GET /roles/editor': {
      body: {
        ...role('editor', ['orders:read', 'orders:write']),
        inherits: ['viewer'],
        clients: [{ client_id: 'deploy-bot', until: '2026-11-22T20:00:00Z', disabled: false }],
      },
    },
    'PUT /clients/deploy-bot/roles/editor': ({ body }) => ({
      body: { client_id: 'deploy-bot', roles: [{ role: 'editor', ...(body as object) }] },
    }),
    'DELETE /clients/deploy-bot/roles/editor': { body: { client_id: 'deploy-bot', roles: [] } },
    'GET /clients': { body: list([deployBot, shopApi]) },
    'GET /clients/deploy-bot': { headers: { etag: '"7"' }, body: deployBot },
    'POST /clients': createClient,
    'PATCH /clients/deploy-bot': ({ body }) => ({ body: { ...deployBot, ...(body as object) } }),
    'DELETE /clients/deploy-bot': { status: 204 },
    'POST /clients/deploy-bot/disable': { body: { ...deployBot, enabled: false } },
    'POST /clients/deploy-bot/enable': { body: deployBot },
    'GET /clients/deploy-bot/secrets': {
      body: list([
        { id: 's-8', label: '2026-11', created_at: '2026-11-01T09:00:00Z' },
        { id: 's-9', created_at: '2026-11-20T09:00:00Z', expires_at: '2027-02-20T12:00:00Z' },
      ]),
    },
    'POST /clients/deploy-bot/secrets': ({ body }) => ({
      status: 201,
      body: {
        id: 's-10',
        client_id: 'deploy-bot',
        client_secret: 'ambit_secret_shown-once',
        ...(body as object),
      },
    }),
    'DELETE /clients/deploy-bot/secrets/s-8': { status: 204 },
    'GET /keys': { body: keys },
    'POST /keys/rotate': { body: keys },
    'POST /keys/es256-a/retire': {
      body: list([
        key('es256-a', 'retired', {
          retired_at: '2026-11-22T12:00:00Z',
          may_destroy_from: '2026-11-22T13:00:30Z',
        }),
      ]),
    },
    'POST /keys/es256-z/destroy': { body: list([key('es256-z', 'destroyed')]) },
    'POST /tokens/introspect': ({ body }) => ({
      body:
        (body as { token: string }).token === 'aaa.bbb.ccc'
          ? { active: true, sub: 'deploy-bot', scope: 'orders:read', exp: 1795349400 }
          : { active: false },
    }),
    'POST /tokens/explain': {
      body: {
        active: false,
        reasons: ['revoked by the rule 5f0f: all tokens of `deploy-bot`'],
        claims: { sub: 'deploy-bot', scope: 'orders:read orders:write', exp: 1795349400 },
        signature: { kid: 'es256-a', valid: true },
        revocations: [],
        scopes: [
          { scope: 'orders:read', live: true },
          { scope: 'orders:write', live: false, reason: 'not_entitled' },
        ],
      },
    },
    'POST /tokens/trace': ({ body }) => {
      const { token } = body as { token: string };
      return { body: { jti: token === 'aaa.bbb.ccc' ? '019b-d' : token, root: tracedTree } };
    },
    'POST /revocations': ({ body }) => {
      const { reason, ...match } = body as Record<string, string>;
      const [[name = '', value = ''] = []] = Object.entries(match);
      return {
        status: 201,
        body: {
          id: '5f0f',
          kind: REVOCATION_KINDS[name] ?? name,
          value: name === 'token' ? '2c1e' : value,
          revision: 41,
          created_at: '2026-11-22T12:00:00Z',
          created_by: 'ops',
          ...(reason === undefined ? {} : { reason }),
        },
      };
    },
    'GET /access/who-can': {
      body: {
        scope: 'orders:write',
        items: [{ client: 'deploy-bot', roles: ['editor'], until: '2026-11-22T20:00:00Z' }],
        total: 1,
      },
    },
    'GET /access/what-can': {
      body: {
        client: 'deploy-bot',
        items: [
          { scope: 'orders:read', resource_server: 'shop-api', roles: ['editor'] },
          { scope: 'orders:write', resource_server: 'shop-api', roles: ['editor'] },
        ],
        total: 2,
      },
    },
    'GET /access/explain?client=deploy-bot&scope=orders%3Aread': {
      body: {
        client: 'deploy-bot',
        scope: 'orders:read',
        entitled: true,
        state: 'active',
        reasons: ['`deploy-bot` holds `editor`, which grants `orders:read`, by way of `viewer`'],
        roles: ['editor'],
        paths: [['editor', 'viewer']],
        would_help: [],
        on_behalf: [],
      },
    },
    'GET /access/explain?client=deploy-bot&scope=orders%3Arefund': {
      body: {
        client: 'deploy-bot',
        scope: 'orders:refund',
        entitled: false,
        state: 'active',
        reasons: ['no role that `deploy-bot` holds grants `orders:refund`'],
        roles: [],
        paths: [],
        would_help: ['support', 'treasurer'],
        on_behalf: [
          { rule: 1, holding: ['orders:write'], max_depth: 5 },
          { rule: 4, holding: [], max_depth: 1 },
        ],
      },
    },
    'GET /access/explain-delegation': {
      body: {
        client: 'checkout',
        scope: 'payments:charge',
        holding: ['orders:write'],
        granted: true,
        by: 'rule',
        state: 'active',
        reasons: [
          'the rule `delegation[0]` gives it to `checkout` for a token that carries `orders:write`',
        ],
        rules: [
          {
            rule: 0,
            actor: { role: 'checkout' },
            names_actor: true,
            holding: ['orders:write'],
            missing: [],
            max_depth: 5,
          },
        ],
      },
    },
    'GET /audit': ({ path }) => {
      const event = new URLSearchParams(path.split('?')[1]).get('event') ?? '';
      const found = RARE[event] ?? records;
      return { body: list(path.includes('order=oldest-first') ? [...found].reverse() : found) };
    },
    'GET /audit?limit=1': { body: { items: records.slice(0, 1), total: 2, next: 'x' } },
    'GET /audit/news': { body: { items: [], next: '0' } },
    'GET /audit/records/12': { body: records[0] },
    'GET /audit/export': linesOf(...[...records].reverse(), exchange),
    'POST /audit/checkpoints': { body: checkpoint },
    'POST /audit/verifications': verified,
    'POST /audit/erasures': { body: { records: 3 } },
  },
};

function linesOf(...lines: readonly unknown[]): StubReply {
  return { body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

function list(items: readonly unknown[]) {
  return { items, total: items.length };
}

function role(name: string, scopes: readonly string[]) {
  return { role: name, description: `What a ${name} does`, inherits: [], scopes, built_in: false };
}

function createClient({ body }: SeenRequest): StubReply {
  const asked = body as { client_id: string; auth?: string };
  if (asked.client_id === 'deploy-bot') {
    return problem(409, 'client.name_taken', 'the name `deploy-bot` is taken', {
      hint: 'names are never used again; choose another',
    });
  }
  const secret = asked.auth === undefined ? { client_secret: 'ambit_secret_shown-once' } : {};
  return { status: 201, body: { ...client(asked.client_id, { ...asked, roles: [] }), ...secret } };
}
