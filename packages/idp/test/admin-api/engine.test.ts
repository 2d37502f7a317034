import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ServedApi } from '../support/admin-api.ts';
import { serveAdminApi } from '../support/admin-api.ts';
import { createHouse, must } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { SHOP } from '../support/shop-catalog.ts';

let house: House;
let api: ServedApi;

beforeEach(async () => {
  house = await createHouse();
  api = await serveAdminApi(house);
});
afterEach(async () => {
  await api.close();
  await house.close();
  expect(api.violations).toEqual([]);
});

describe('a problem', () => {
  test('[RFC 9457 §3] is a document of its own type with what is needed to act on it', async () => {
    const { status, headers, body } = await api.call('root', 'GET', '/clients/nobody');
    expect(status).toBe(404);
    expect(headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      type: 'urn:ambit:problem:client.not_found',
      title: 'No such client',
      status: 404,
      detail: 'there is no client `nobody`',
      code: 'client.not_found',
      request_id: 'request-1',
    });
  });

  test('a catalog with errors comes with its findings', async () => {
    const { status, body } = await api.call('root', 'POST', '/catalog/versions', {
      source: 'catalog: x\nresourceServers: {}\nroles: { a: { scopes: [none:read] } }\n',
      file: 'x.yaml',
      comment: 'c',
    });
    expect(status).toBe(422);
    expect(body['findings']).toContainEqual(
      expect.objectContaining({ file: 'x.yaml', line: 3, severity: 'error' }),
    );
  });
});

describe('authentication', () => {
  test('[RFC 6750 §3.1] without credentials the challenge names no error', async () => {
    const { status, headers } = await api.call(undefined, 'GET', '/clients');
    expect(status).toBe(401);
    expect(headers.get('WWW-Authenticate')).toBe('Bearer realm="ambit"');
  });

  test('[RFC 6750 §3.1] with a bad token it is invalid_token', async () => {
    const { status, headers } = await api.call('nobody', 'GET', '/clients');
    expect(status).toBe(401);
    expect(headers.get('WWW-Authenticate')).toBe(
      'Bearer realm="ambit", error="invalid_token", error_description="the token is not active"',
    );
  });

  test('[RFC 6750 §3.1] with too little scope it is insufficient_scope, naming the scope', async () => {
    const { status, headers } = await api.call('vera', 'POST', '/keys/rotate');
    expect(status).toBe(403);
    expect(headers.get('WWW-Authenticate')).toMatch(
      /^Bearer realm="ambit", error="insufficient_scope", error_description="[^"\\]+", scope="ambit\.key:rotate"$/,
    );
  });

  test('a change refused for want of scope is on record', async () => {
    await api.call('vera', 'POST', '/clients/plain/disable');
    expect((await house.newestAudit())[0]).toMatchObject({
      event: 'client.disabled',
      decision: 'refused',
      actor: 'vera',
      reason: 'auth.insufficient_scope',
    });
  });

  test('reading refused for want of scope is on record too, so that nobody looks around unseen', async () => {
    expect((await api.call('vera', 'GET', '/audit')).status).toBe(403);
    expect((await house.newestAudit())[0]).toMatchObject({
      event: 'admin.refused',
      decision: 'refused',
      actor: 'vera',
      reason: 'auth.insufficient_scope',
      detail: expect.stringContaining('GET /admin/v1/audit needs ambit.audit:read'),
    });
  });

  test('comes before the body is looked at', async () => {
    expect((await api.call(undefined, 'POST', '/clients', '{')).status).toBe(401);
    expect((await api.call('vera', 'POST', '/clients', '{')).status).toBe(403);
  });
});

describe('routing', () => {
  test.each(['/none', '/', '', '/clients/', '/Clients', '/clients/plain/none', '//clients'])(
    'nothing is at %j',
    async (path) => {
      const { status, body } = await api.call('root', 'GET', path);
      expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'request.not_found' });
    },
  );

  test('[RFC 9110 §15.5.6] another method is told which ones there are', async () => {
    const { status, headers } = await api.call('root', 'PUT', '/clients/plain');
    expect(status).toBe(405);
    expect(headers.get('Allow')).toBe('DELETE, GET, HEAD, PATCH');
  });

  test('HEAD answers as GET does, without the body', async () => {
    const { status, text } = await api.call('root', 'HEAD', '/clients');
    expect({ status, text }).toEqual({ status: 200, text: '' });
  });

  test('nothing is kept by caches', async () => {
    const { headers } = await api.call('root', 'GET', '/clients');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });
});

describe('a body', () => {
  const post = (body: string, headers = {}) => api.call('root', 'POST', '/clients', body, headers);

  test.each([
    '{',
    'null',
    '[]',
    '"x"',
    '{"client_id":1}',
    '{"client_id":"x","more":1}',
    '{"client_id":"x","__proto__":{}}',
  ])('%s is 400', async (body) => {
    expect((await post(body)).status).toBe(400);
  });

  test('that is missing is 400', async () => {
    const { status, body } = await api.call('root', 'POST', '/clients');
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'request.malformed' });
  });

  test('is never repeated in a problem', async () => {
    const { text } = await post('{"client_id":{"a":"s3cr3t-marker"},"secret":"s3cr3t-marker"}');
    expect(text).not.toContain('s3cr3t-marker');
  });

  test.each([
    { 'Content-Type': 'text/plain' },
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    { 'Content-Type': 'application/json; charset=latin1' },
    { 'Content-Encoding': 'gzip' },
  ])('as %j is 415', async (headers) => {
    expect((await post('{"client_id":"x"}', headers)).status).toBe(415);
  });

  test('that is not UTF-8 is 400', async () => {
    const response = await fetch(`${api.url}/clients`, {
      method: 'POST',
      headers: { Authorization: 'Bearer root', 'Content-Type': 'application/json' },
      body: Buffer.from('7b22636c69656e745f6964223a22ff227d', 'hex'),
    });
    expect(response.status).toBe(400);
  });

  test('of more than 64 KiB is 413, and of a catalog of more than 5 MiB', async () => {
    expect((await post(' '.repeat(64 * 1024 + 1))).status).toBe(413);
    const source = '#'.repeat(65 * 1024);
    expect((await api.call('root', 'POST', '/catalog/lint', { source })).status).toBe(200);
    const large = '#'.repeat(5 * 1024 * 1024);
    expect((await api.call('root', 'POST', '/catalog/lint', { source: large })).status).toBe(413);
  });

  test('that says nothing of its length is bounded all the same', async () => {
    const status = await new Promise((answered) => {
      const sent = httpRequest(
        `${api.url}/clients`,
        {
          method: 'POST',
          headers: { Authorization: 'Bearer root', 'Content-Type': 'application/json' },
        },
        (response) => answered(response.resume().statusCode),
      );
      sent.write(' '.repeat(40_000));
      sent.end(' '.repeat(40_000));
    });
    expect(status).toBe(413);
  });
});

describe('a query', () => {
  test.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=1.5',
    'limit=1&limit=2',
    'more=1',
    'cursor=!',
    'cursor=bm9wZQ',
    'cursor=MQ',
  ])('?%s is 400', async (query) => {
    const { status, body } = await api.call('root', 'GET', `/clients?${query}`);
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'request.malformed' });
  });

  test('is 400 where none is taken, as the route has declared', async () => {
    for (const path of ['/whoami', '/openapi.json']) {
      const { status, body } = await api.call('root', 'GET', `${path}?more=1`);
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'request.malformed' });
    }
  });
});

describe('a cursor that no page gave', () => {
  const LISTS = ['/clients', '/roles', '/catalog/versions', '/audit', '/revocations', '/keys'];
  const KEYS = [
    'null',
    '[]',
    '{}',
    '"gone"',
    '1',
    '-1',
    '1e999',
    '{"revision":1}',
    '{"revision":9,"id":"gone"}',
  ];

  test.each(LISTS)('of %s is answered without fault', async (path) => {
    for (const key of KEYS) {
      const cursor = Buffer.from(key).toString('base64url');
      const { status } = await api.call('root', 'GET', `${path}?cursor=${cursor}`);
      expect([200, 400]).toContain(status);
    }
  });
});

describe('a list', () => {
  test.each([
    '/clients',
    '/roles',
    '/catalog/versions',
    '/audit',
    '/audit?order=oldest-first',
    '/revocations',
    '/keys',
    '/clients/many/secrets',
  ])('of %s is whole when read page by page', async (path) => {
    await house.keys.ensureKeys();
    await house.publish(SHOP.replace('catalog: shop', 'catalog: store'));
    const root = await house.actor('root');
    await house.register('many');
    for (const label of ['a', 'b', 'c']) {
      must(await house.clients.addSecret('many', { label }, root));
    }
    for (const jti of ['a', 'b', 'c']) {
      must(await house.revocations.revoke({ kind: 'jti', jti }, undefined, root));
    }
    const glue = path.includes('?') ? '&' : '?';
    const whole = await api.call('root', 'GET', `${path}${glue}limit=500`);
    expect(whole.body).not.toHaveProperty('next');
    const items: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await api.call('root', 'GET', `${path}${glue}limit=2${cursor}`);
      items.push(...(body['items'] as unknown[]));
      expect(body['total']).toBe(whole.body['total']);
      cursor = typeof body['next'] === 'string' ? `&cursor=${body['next']}` : '';
    } while (cursor !== '');
    expect(items).toEqual(whole.body['items']);
    expect(items).toHaveLength(whole.body['total'] as number);
    expect(items.length).toBeGreaterThan(2);
  });
});

describe('[RFC 9110 §13.1.1] If-Match', () => {
  const disable = (ifMatch: string) =>
    api.call('root', 'POST', '/clients/plain/disable', undefined, { 'If-Match': ifMatch });

  test('with the ETag as read goes through, and with an older one is 412', async () => {
    const etag = (await api.call('root', 'GET', '/clients/plain')).headers.get('ETag') ?? '';
    const changed = await api.call(
      'root',
      'PATCH',
      '/clients/plain',
      { scope_policy: 'partial' },
      {
        'If-Match': etag,
      },
    );
    expect(changed.status).toBe(200);
    const stale = await disable(etag);
    expect(stale).toMatchObject({ status: 412, body: { code: 'client.changed' } });
    expect((await disable(changed.headers.get('ETag') ?? '')).status).toBe(200);
  });

  test.each(['1', 'W/"1"', '"1", "2"', '"x"', '""', '"1e3"', '"-1"'])(
    '%s is 412',
    async (field) => {
      expect((await disable(field)).status).toBe(412);
      expect((await house.clients.find('plain'))?.enabled).toBe(true);
    },
  );

  test('is not passed over where a route could not check it', async () => {
    const { status } = await api.call(
      'root',
      'POST',
      '/revocations',
      { jti: 'a' },
      { 'If-Match': '"1"' },
    );
    expect(status).toBe(412);
  });

  test('a star stands for anything', async () => {
    expect((await disable('*')).status).toBe(200);
  });
});

test('a bug is 500 with the request id and nothing of the cause', async () => {
  const seen: unknown[] = [];
  const broken = {
    ...house,
    access: { ...house.access, listRoles: () => Promise.reject(new Error('s3cr3t-marker')) },
  };
  const other = await serveAdminApi(broken, { onError: (error) => seen.push(error) });
  const { status, body, text } = await other.call('root', 'GET', '/roles');
  await other.close();
  expect({ status, code: body['code'], id: body['request_id'] }).toEqual({
    status: 500,
    code: 'server.error',
    id: 'request-1',
  });
  expect(text).not.toContain('s3cr3t-marker');
  expect(seen).toHaveLength(1);
});
