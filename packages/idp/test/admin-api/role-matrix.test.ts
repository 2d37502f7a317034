import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUILT_IN_ROLES } from '@ambit/scope-catalog';
import { builtInRoles, mayUse, roleMatrix } from '../../../../scripts/docs/roles.ts';
import type { Route } from '../../src/admin-api/route.ts';
import { ROUTES } from '../../src/admin-api/routes.ts';
import { serveAdminApi } from '../support/admin-api.ts';
import type { ServedApi } from '../support/admin-api.ts';
import { createHouse } from '../support/house.ts';
import type { House } from '../support/house.ts';

/** The routes each role may use, written out: the table must not be its own judge. */
const READS = {
  catalog: [
    'GET /catalog/versions',
    'GET /catalog/versions/{version}',
    'GET /catalog/versions/{from}/diff/{to}',
    'POST /catalog/lint',
    'POST /catalog/plan',
  ],
  roles: [
    'GET /roles',
    'GET /roles/{role}',
    'GET /access/who-can',
    'GET /access/what-can',
    'GET /access/explain',
    'GET /access/explain-delegation',
  ],
  clients: ['GET /clients', 'GET /clients/{client_id}', 'GET /clients/{client_id}/secrets'],
  keys: ['GET /keys'],
  tokens: [
    'POST /tokens/introspect',
    'POST /tokens/explain',
    'POST /tokens/trace',
    'GET /revocations',
  ],
  audit: [
    'GET /audit',
    'GET /audit/news',
    'GET /audit/records/{id}',
    'GET /audit/export',
    'POST /audit/checkpoints',
    'POST /audit/verifications',
    'GET /status',
  ],
};
const VIEWER = [...READS.catalog, ...READS.roles, ...READS.clients, ...READS.keys, ...READS.tokens];
const EDITOR = [
  ...VIEWER,
  'POST /catalog/versions',
  'POST /catalog/versions/{version}/activate',
  'PUT /clients/{client_id}/roles/{role}',
  'DELETE /clients/{client_id}/roles/{role}',
];
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'ambit-viewer': VIEWER,
  'ambit-editor': EDITOR,
  'ambit-admin': [
    ...EDITOR,
    'POST /clients',
    'PATCH /clients/{client_id}',
    'DELETE /clients/{client_id}',
    'POST /clients/{client_id}/disable',
    'POST /clients/{client_id}/enable',
    'POST /clients/{client_id}/secrets',
    'DELETE /clients/{client_id}/secrets/{secret_id}',
    'POST /keys/rotate',
    'POST /keys/{kid}/retire',
    'POST /keys/{kid}/destroy',
    'POST /revocations',
    ...READS.audit,
    'POST /audit/erasures',
  ],
  'ambit-auditor': [...READS.catalog, ...READS.roles, ...READS.clients, ...READS.audit],
  'ambit-responder': [
    ...READS.tokens,
    ...READS.clients,
    'POST /clients/{client_id}/disable',
    'POST /revocations',
    ...READS.audit,
  ],
  'ambit-metrics': [],
};

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const isExpected = (role: string, route: Route): boolean =>
  route.path === '/whoami' || (EXPECTED[role] ?? []).includes(nameOf(route));
const HOLDERS: Readonly<Record<string, string>> = {
  'ambit-viewer': 'vera',
  'ambit-editor': 'eve',
  'ambit-admin': 'root',
  'ambit-auditor': 'audrey',
  'ambit-responder': 'rita',
  'ambit-metrics': 'mona',
};

let house: House;
let api: ServedApi;

beforeAll(async () => {
  house = await createHouse();
  api = await serveAdminApi(house);
});
afterAll(async () => {
  await api.close();
  await house.close();
  expect(api.violations).toEqual([]);
});

/** A request that goes past authority and comes to nothing: what it names is not there, or its body is malformed. */
const request = (as: string, route: Route) =>
  api.call(
    as,
    route.method,
    route.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) =>
      ['version', 'from', 'to', 'id'].includes(name) ? '999' : 'nothing',
    ),
    route.body === undefined ? undefined : '[]',
  );

const cells = builtInRoles().flatMap((role) =>
  ROUTES.map((route) => [role.name, nameOf(route), route, role] as const),
);

test('every role and every route is in the expectation', () => {
  expect(Object.keys(EXPECTED)).toEqual(Object.keys(BUILT_IN_ROLES));
  const routes = ROUTES.map(nameOf);
  for (const expected of Object.values(EXPECTED)) {
    for (const route of expected) expect(routes).toContain(route);
  }
});

describe('over http, a role may use a route exactly as the matrix says', () => {
  test.each(cells)('%s: %s', async (role, _name, route, compiled) => {
    const { status, body, headers } = await request(HOLDERS[role] ?? '', route);
    const allowed = isExpected(role, route);
    expect(mayUse(compiled, route)).toBe(allowed);
    if (allowed) {
      expect([200, 400, 404]).toContain(status);
    } else {
      expect({ status, code: body['code'] }).toEqual({
        status: 403,
        code: 'auth.insufficient_scope',
      });
      expect(headers.get('WWW-Authenticate')).toContain(`scope="${route.scope}"`);
    }
  });
});

describe('a client with no role over Ambit', () => {
  test.each(
    ROUTES.filter(({ scope }) => scope !== 'any').map((route) => [nameOf(route), route] as const),
  )('may not use %s', async (_name, route) => {
    expect((await request('plain', route)).status).toBe(403);
  });
});

test('the printed matrix is the tested one', () => {
  const [, , ...rows] = roleMatrix().split('\n');
  const printed = rows.map((row) =>
    row
      .split('|')
      .slice(2, -1)
      .map((cell) => cell.trim() === 'yes'),
  );
  const roles = Object.keys(EXPECTED);
  expect(printed).toEqual(ROUTES.map((route) => roles.map((role) => isExpected(role, route))));
});
