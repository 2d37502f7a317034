import { afterEach, describe, expect, test } from '@jest/globals';
import { createAdminClient, createConnection } from '../src/index.ts';
import { problem, startStubIssuer } from './stub-issuer.ts';
import type { StubIssuer, StubOptions } from './stub-issuer.ts';

const SECRET = 'marker-secret-5d1f';
const WHOAMI = { 'GET /whoami': { body: { client_id: 'ops' } } };
const READER = {
  secret: SECRET,
  defaults: ['ambit.catalog:read'],
  entitled: ['ambit.catalog:read'],
};

let issuer: StubIssuer | undefined;
afterEach(async () => {
  await issuer?.stop();
  issuer = undefined;
});

async function connect(
  options: Partial<StubOptions> = {},
  now: () => number = () => 0,
  secret = SECRET,
) {
  issuer = await startStubIssuer({ clients: { ops: READER }, routes: WHOAMI, ...options });
  const connection = createConnection({
    url: new URL(issuer.url),
    credentials: { clientId: 'ops', clientSecret: secret },
    fetch,
    now,
  });
  return { issuer, connection, api: createAdminClient(connection) };
}

describe('tokens', () => {
  test('the resource alone is named, so that the default scopes apply', async () => {
    const { issuer, api } = await connect();
    await api.whoami();
    expect(issuer.tokenRequests).toEqual([
      { grant_type: 'client_credentials', resource: `${issuer.url}/admin` },
    ]);
  });

  test('a token is used until half a minute before it expires', async () => {
    let now = 0;
    const { issuer, api } = await connect({}, () => now);
    await api.whoami();
    now = 269_999;
    await api.whoami();
    expect(issuer.tokenRequests).toHaveLength(1);
    now = 270_000;
    await api.whoami();
    expect(issuer.tokenRequests).toHaveLength(2);
  });

  test('without default scopes, what the request needs is asked for', async () => {
    const client = { secret: SECRET, entitled: ['ambit.key:read'] };
    const { issuer, api } = await connect({
      clients: { ops: client },
      routes: { 'GET /keys': { body: { items: [], total: 0 } } },
    });
    await api.keys.list();
    await api.keys.list();
    expect(issuer.tokenRequests.map(({ scope }) => scope)).toEqual([undefined, 'ambit.key:read']);
  });

  test('default scopes that lack what is needed are added to by name', async () => {
    const client = { ...READER, entitled: [...READER.entitled, 'ambit.key:read'] };
    const { issuer, api } = await connect({
      clients: { ops: client },
      routes: { 'GET /keys': { body: { items: [], total: 0 } } },
    });
    await api.keys.list();
    expect(issuer.tokenRequests.map(({ scope }) => scope)).toEqual([undefined, 'ambit.key:read']);
  });

  test('whoami works for a client without default scopes, whichever its role', async () => {
    const client = { secret: SECRET, entitled: ['ambit.metrics:read'] };
    const { api } = await connect({ clients: { ops: client } });
    await expect(api.whoami()).resolves.toMatchObject({ client_id: 'ops' });
  });

  test('a client without any right over the server is told so', async () => {
    const { api } = await connect({ clients: { ops: { secret: SECRET, entitled: [] } } });
    await expect(api.whoami()).rejects.toMatchObject({
      code: 'invalid_scope',
      message: 'no scope of the admin API is granted to this client',
    });
  });

  test('a scope that cannot be had is refused with its name', async () => {
    const { api } = await connect();
    await expect(api.keys.list()).rejects.toMatchObject({
      name: 'TokenRefused',
      code: 'invalid_scope',
      scopeErrors: [{ scope: 'ambit.key:read', reason: 'not_entitled' }],
    });
  });

  test('a wrong secret is refused without being told again', async () => {
    const { api } = await connect({}, () => 0, 'marker-wrong-77');
    const error: unknown = await api.whoami().catch((refused: unknown) => refused);
    expect(error).toMatchObject({ name: 'TokenRefused', code: 'invalid_client', status: 401 });
    expect(JSON.stringify(error) + String(error)).not.toContain('marker-wrong-77');
  });

  test('a token revoked meanwhile is replaced once', async () => {
    const { issuer, api } = await connect();
    await api.whoami();
    issuer.expireTokens();
    await expect(api.whoami()).resolves.toMatchObject({ client_id: 'ops' });
    expect(issuer.tokenRequests).toHaveLength(2);
  });

  test.each([
    ['asks for another token is answered by one, once', { 'www-authenticate': 'Bearer' }, 2],
    ['does not is the answer', {}, 1],
  ])('a 429 that %s', async (_what, headers, requests) => {
    const { body } = problem(429, 'auth.limited', 'too many tokens');
    const limited = { status: 429, headers: { 'retry-after': '2', ...headers }, body };
    const { issuer, api } = await connect({ routes: { 'GET /whoami': limited } });
    await expect(api.whoami()).rejects.toMatchObject({ status: 429, hint: 'try again in 2 s' });
    expect(issuer.requests).toHaveLength(requests);
  });

  test('a second 401 is the answer', async () => {
    const { issuer, api } = await connect({
      routes: { 'GET /whoami': problem(401, 'auth.token_inactive', 'the token is not active') },
    });
    await expect(api.whoami()).rejects.toMatchObject({ status: 401, code: 'auth.token_inactive' });
    expect(issuer.requests).toHaveLength(2);
  });
});

describe('answers', () => {
  test('a list is read to its end', async () => {
    const { issuer, api } = await connect({
      routes: {
        'GET /catalog/versions?limit=500': {
          body: { items: [{ version: 3 }], total: 3, next: 'a b' },
        },
        'GET /catalog/versions?limit=500&cursor=a+b': {
          body: { items: [{ version: 2 }], total: 3, next: 'c' },
        },
        'GET /catalog/versions?limit=500&cursor=c': { body: { items: [{ version: 1 }], total: 3 } },
      },
    });
    const page = await api.catalog.list();
    expect(page.items.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(page.total).toBe(3);
    expect(issuer.requests).toHaveLength(3);
  });

  test('a list of which only the beginning is wanted says how long it is', async () => {
    const client = { secret: SECRET, entitled: ['ambit.audit:read'] };
    const items = [{ id: 9 }, { id: 8 }];
    const { issuer, api } = await connect({
      clients: { ops: client },
      routes: { 'GET /audit?limit=2': { body: { items, total: 70, next: 'x' } } },
    });
    await expect(api.audit.list({}, 2)).resolves.toEqual({ items, total: 70 });
    expect(issuer.requests).toHaveLength(1);
  });

  test.each([
    [
      { total: 70, uncounted: true },
      { total: 70, uncounted: true },
    ],
    [
      { total: 1, uncounted: true },
      { total: 2, uncounted: true },
    ],
  ])('a list that the server has not counted to its end says so (%#)', async (said, told) => {
    const items = [{ id: 9 }, { id: 8 }];
    const { api } = await connect({
      clients: { ops: { secret: SECRET, entitled: ['ambit.audit:read'] } },
      routes: { 'GET /audit?limit=2': { body: { items, next: 'x', ...said } } },
    });
    await expect(api.audit.list({}, 2)).resolves.toEqual({ items, ...told });
  });

  test('pages that go round in a circle are given up', async () => {
    const { api } = await connect({
      routes: { 'GET /catalog/versions': { body: { items: [], total: 1, next: 'x' } } },
    });
    await expect(api.catalog.list()).rejects.toMatchObject({ name: 'ApiProblem' });
  });

  test('a problem keeps its code, hint, findings and request id', async () => {
    const finding = {
      file: 'c.yaml',
      line: 1,
      column: 1,
      rule: 'syntax',
      severity: 'error',
      message: 'm',
    };
    const { api } = await connect({
      clients: { ops: { secret: SECRET, entitled: ['ambit.catalog:publish'] } },
      routes: {
        'POST /catalog/versions': problem(422, 'catalog.invalid', 'the catalog has errors', {
          hint: 'mend it',
          findings: [finding],
        }),
      },
    });
    await expect(api.catalog.publish({ source: 'x', comment: 'y' })).rejects.toMatchObject({
      name: 'ApiProblem',
      code: 'catalog.invalid',
      status: 422,
      detail: 'the catalog has errors',
      hint: 'mend it',
      findings: [finding],
      requestId: 'r-1',
    });
  });

  test('an answer of something else is a problem too', async () => {
    const { api } = await connect({
      routes: {
        'GET /whoami': {
          status: 502,
          headers: { 'content-type': 'text/html' },
          body: '<h1>no</h1>',
        },
      },
    });
    await expect(api.whoami()).rejects.toMatchObject({ code: 'http.502', status: 502 });
  });

  test('a server that is busy says when to come back', async () => {
    const { api } = await connect({
      routes: { 'GET /whoami': { status: 503, headers: { 'retry-after': '7' }, body: '' } },
    });
    await expect(api.whoami()).rejects.toMatchObject({ hint: 'try again in 7 s' });
  });

  test('an ETag comes back with If-Match', async () => {
    const client = { secret: SECRET, entitled: ['ambit.client:read', 'ambit.client:write'] };
    const { issuer, api } = await connect({
      clients: { ops: client },
      routes: {
        'GET /clients/a%2Fb': { headers: { etag: '"7"' }, body: { client_id: 'a/b' } },
        'PATCH /clients/a%2Fb': { body: { client_id: 'a/b' } },
      },
    });
    const { etag } = await api.clients.find('a/b');
    await api.clients.update('a/b', { scope_policy: 'partial' }, etag);
    expect(issuer.requests.at(-1)).toMatchObject({
      ifMatch: '"7"',
      body: { scope_policy: 'partial' },
    });
  });
});

describe('reach', () => {
  test('a server that is not there is unreachable', async () => {
    const { issuer, api } = await connect();
    await issuer.stop();
    await expect(api.whoami()).rejects.toMatchObject({
      name: 'Unreachable',
      url: issuer.url,
      reason: 'ECONNREFUSED',
    });
  });

  test('[RFC 8414 §3.3] an issuer of another name gets no credentials', async () => {
    const { issuer, api } = await connect({ issuer: 'https://id.acme.example' });
    await expect(api.whoami()).rejects.toMatchObject({
      code: 'discovery.issuer_mismatch',
      issuer: 'https://id.acme.example',
    });
    expect(issuer.tokenRequests).toEqual([]);
  });

  test('discovery that failed is tried again', async () => {
    const answers = [() => Promise.reject(new TypeError('fetch failed')), fetch];
    issuer = await startStubIssuer({ clients: { ops: READER }, routes: WHOAMI });
    const connection = createConnection({
      url: new URL(issuer.url),
      credentials: { clientId: 'ops', clientSecret: SECRET },
      fetch: (url, init) => (answers.shift() ?? fetch)(url, init),
      now: () => 0,
    });
    const api = createAdminClient(connection);
    await expect(api.whoami()).rejects.toMatchObject({
      code: 'unreachable',
      reason: 'fetch failed',
    });
    await expect(api.whoami()).resolves.toMatchObject({ client_id: 'ops' });
  });
});
