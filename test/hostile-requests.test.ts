import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { post, tokenOf } from './support/oauth.ts';
import { ROOT } from './support/processes.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly takesBody: boolean;
  /** Texts that its query may have. */
  readonly queries: readonly string[];
}
/** An operation, as far as it is read here. */
interface Described {
  readonly requestBody?: object;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly type?: string };
  }[];
}
interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

let server: TestServer;
let token: string;
let operations: Operation[];
let codes: Set<string | undefined>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const FILLED: Readonly<Record<string, string>> = {
  id: 'admin',
  role: 'ambit-viewer',
  n: '0',
  a: '0',
  b: '0',
};

beforeAll(async () => {
  server = await startServer({ args: ['--demo'] });
  token = await tokenOf(
    server,
    adminCredentials(server.home),
    'ambit.catalog:read ambit.catalog:publish ambit.role:read ambit.role:assign ambit.client:read ambit.client:write ambit.client:disable ambit.key:read ambit.key:rotate ambit.token:read ambit.token:revoke ambit.audit:read',
  );
  const openapi = (await (await fetch(`${server.url}/admin/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { requestBody, parameters = [] }]) => ({
        method: method.toUpperCase(),
        path: `/admin/v1${path.replace(/^\/admin\/v1/, '')}`,
        takesBody: requestBody !== undefined,
        queries: parameters
          .filter((one) => one.in === 'query' && one.schema.type === 'string')
          .map(({ name }) => name),
      })),
  );
  const reference = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8');
  codes = new Set(
    Array.from(reference.matchAll(/^\| `([a-z_]+\.[a-z_]+)` /gm), ([, code]) => code),
  );
});
afterAll(() => server.remove());

/** Sends bytes as they are and reads the answer to its end, past any balancer, which breaks off with whoever breaks off. */
const exchange = (bytes: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const [head = '', ...body] = heard.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
      if (Number.isNaN(status)) reject(new Error(`no answer to ${bytes.slice(0, 80)}: ${heard}`));
      else resolve({ status, head, body: body.join('\r\n\r\n') });
    });
    socket.write(bytes, 'latin1');
  });

interface Raw {
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}
function send({ method = 'GET', target, headers = [], body }: Raw): Promise<Reply> {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`];
  const fields = [
    'Host: x',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    ...length,
    ...headers,
  ];
  return exchange(`${method} ${target} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body ?? ''}`);
}
const filled = (path: string): string =>
  path.replace(/\{(\w+)\}/g, (_name, name: string) => FILLED[name] ?? 'none');
const JSON_TYPE = 'Content-Type: application/json';

/** Expects a client's fault, told as a registered problem. */
function expectProblem({ status, head, body }: Reply, said: unknown): void {
  expect({ said, status, client: status >= 400 && status < 500 }).toEqual({
    said,
    status,
    client: true,
  });
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  const problem = JSON.parse(body) as { code: string; status: number; request_id: string };
  expect(problem.status).toBe(status);
  expect(codes).toContain(problem.code);
  expect(problem.request_id).not.toBe('');
  expect(body).not.toMatch(/node_modules|\.ts:|SQLITE|at Object/);
}

describe('every route of the admin API', () => {
  test.each([
    ['broken JSON', '{"a":'],
    ['nothing but white space', '   '],
    ['a number', '1'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a member it does not know', '{"surplus":1}'],
    ['a prototype', '{"__proto__":{"a":1},"constructor":{"prototype":{}}}'],
    [
      'members of the wrong type',
      '{"client_id":[],"source":{},"token":1,"version":"1","scope":{},"until":1,"comment":[],"label":{},"alg":7}',
    ],
    ['30,000 levels of nesting', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['nested objects', '{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)],
    ['bytes that are no UTF-8', '{"client_id":"\xff\xfe"}'],
    ['a NUL', '{"client_id":"a\\u0000b","source":"\\u0000","token":"\\u0000"}'],
    ['lone surrogates', '{"client_id":"\\ud800","source":"\\udfff","token":"\\ud800"}'],
    ['huge numbers', '{"version":1e999,"base":-1e308,"client_id":1e400}'],
  ])('refuses %s in its body as a problem', async (what, body) => {
    const taking = operations.filter(({ takesBody }) => takesBody);
    expect(taking.length).toBeGreaterThan(10);
    for (const { method, path } of taking) {
      const target = filled(path);
      expectProblem(
        await send({ method, target, headers: [JSON_TYPE], body }),
        `${what}: ${method} ${target}`,
      );
    }
  });

  test('refuses U+0000 in its query as a problem', async () => {
    const asked = operations.flatMap(({ method, path, queries }) =>
      queries.map((name) => ({ method, target: `${filled(path)}?${name}=a%00b` })),
    );
    expect(asked.length).toBeGreaterThan(20);
    for (const raw of asked) expectProblem(await send(raw), `${raw.method ?? ''} ${raw.target}`);
  });

  test('refuses a key that nests without end where it takes keys', async () => {
    const deep = '['.repeat(15_000) + ']'.repeat(15_000);
    const body = `{"client_id":"deep","auth":"private_key_jwt","jwks":{"keys":[{"kty":"RSA","x":${deep}}]}}`;
    const reply = await send({
      method: 'POST',
      target: '/admin/v1/clients',
      headers: [JSON_TYPE],
      body,
    });
    expectProblem(reply, 'a deep key');
  });

  test('refuses a body beyond its limit, without waiting for the rest of it', async () => {
    const headers = [JSON_TYPE, 'Transfer-Encoding: chunked'];
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (const path of ['/admin/v1/clients', '/admin/v1/tokens/introspect']) {
      const fields = ['Host: x', 'Connection: close', `Authorization: Bearer ${token}`, ...headers];
      const reply = await exchange(
        `POST ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${chunk.repeat(8)}`,
      );
      expectProblem(reply, path);
      expect(reply.status).toBe(413);
    }
  });

  test.each([
    '%',
    '%zz',
    '%00',
    '%ff',
    '%c0%af',
    '..',
    '%2e%2e',
    '%2F',
    '..%2f..%2fetc%2fpasswd',
    '%F0%9F%98%80',
    'a%0d%0ab',
    '__proto__',
    'constructor',
    'x'.repeat(4000),
    "'%20or%201=1--",
    '*',
    '-1',
    '1e9',
    '99999999999999999999',
    '0x1',
    '+1',
    ' 1'.trim() + '%20',
    'active%00',
  ])('answers odd path segment %# without fault', async (segment) => {
    for (const { method, path } of operations.filter((operation) => operation.path.includes('{'))) {
      const target = path.replace(/\{\w+\}/g, segment);
      const reply = await send({
        method,
        target,
        headers: [JSON_TYPE],
        body: method === 'GET' ? undefined : '{"surplus":1}',
      } as Raw);
      expect({
        method,
        target,
        fault: reply.status >= 500,
        done: method !== 'GET' && reply.status < 300,
      }).toEqual({ method, target, fault: false, done: false });
      if (reply.status >= 400) expectProblem(reply, `${method} ${target}`);
    }
  });

  test.each([
    '?limit=1&limit=2',
    '?limit=-1',
    '?limit=1e3',
    '?limit[]=1',
    '?limit=%00',
    '?cursor=',
    '?cursor=%ff',
    '?cursor=e30',
    '?cursor=bnVsbA',
    '?surplus',
    '?__proto__=1',
    '?scope=a&scope=b',
    '?client=%ff%fe',
    '?since=yesterday',
    '?until=99999-01-01T00:00:00Z',
    '?order=sideways',
    '?after=x',
    `?cursor=${'A'.repeat(5000)}`,
    '?%',
    '?=&=&&',
    `?${'a=1&'.repeat(2000)}`,
  ])('answers odd query %# without fault', async (query) => {
    for (const { path } of operations.filter(({ method }) => method === 'GET')) {
      const target =
        path.replace(/\{(\w+)\}/g, (_name, name: string) => FILLED[name] ?? 'none') + query;
      const reply = await send({ target });
      expect({ target, fault: reply.status >= 500 }).toEqual({ target, fault: false });
      if (reply.status >= 400) expectProblem(reply, target);
    }
  });

  test.each([
    '*, *',
    '"',
    'W/"1"',
    '"1", "2"',
    '1',
    '"-1"',
    '"99999999999999999999"',
    '\x80',
    '"x"',
  ])('does nothing under odd If-Match %#', async (value) => {
    const reply = await send({
      method: 'PATCH',
      target: '/admin/v1/clients/demo',
      headers: [JSON_TYPE, `If-Match: ${value}`],
      body: '{"scope_policy":"partial"}',
    });
    expectProblem(reply, value);
    expect(reply.status).toBe(412);
    expect((await server.json(['client', 'show', 'demo']))['scope_policy']).toBe('strict');
  });
});

describe('odd requests', () => {
  const WHOAMI = '/admin/v1/whoami';

  test('HEAD answers as GET without a body, other methods are told which there are', async () => {
    const head = await send({ method: 'HEAD', target: WHOAMI });
    expect(head).toMatchObject({ status: 200, body: '' });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH']) {
      const reply = await send({ method, target: WHOAMI });
      expectProblem(reply, method);
      expect(reply.status).toBe(405);
      expect(reply.head).toMatch(/^allow: .*GET/im);
    }
  });

  test('an absolute request target is taken for its path, whatever host it names', async () => {
    const reply = await send({ target: `http://evil.example${WHOAMI}` });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toMatchObject({ issuer: server.url });
    expect(reply.head + reply.body).not.toContain('evil');
  });

  test('a request without a host is refused by every endpoint, and told why', async () => {
    for (const target of [WHOAMI, '/oauth2/token', '/health/ready', '/nowhere']) {
      const reply = await exchange(`POST ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`);
      expect({ target, ...reply }).toMatchObject({
        target,
        status: 400,
        head: expect.stringMatching(/^x-request-id: \S/im),
        body: '{"error":"invalid_request","error_description":"there is no Host field"}',
      });
    }
    const older = await exchange('GET /health/ready HTTP/1.0\r\n\r\n');
    expect(older.status).toBe(200);
  });

  test('a request target that is none is refused', async () => {
    for (const target of [
      '*',
      '//',
      '//evil.example/admin/v1/whoami',
      '/admin/v1//whoami',
      '/admin/v1/whoami/',
      '/ADMIN/v1/whoami',
      '/admin/v1/./whoami',
      '/admin/v1/%77hoami',
      'http://',
      'x:y',
      '?',
      '/%',
      '/\\',
    ]) {
      const reply = await send({ target });
      expect({ target, fault: reply.status >= 500 }).toEqual({ target, fault: false });
    }
  });

  test('repeated and broken header fields never mean more than one', async () => {
    const twice = await send({ target: WHOAMI, headers: ['Authorization: Bearer other'] });
    expect(twice.status).toBeLessThan(500);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Bearer a b',
      'Basic x',
      'Bearer e30.e30.e30',
      `Bearer ${'a'.repeat(9000)}`,
      'bearer \x80',
      'Bearer ..',
      'DPoP x',
      ', Bearer x',
    ]) {
      const reply = await exchange(
        `GET ${WHOAMI} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n\r\n`,
      );
      expectProblem(reply, authorization);
      expect(reply.status).toBe(401);
    }
    for (const headers of [
      ['Content-Length: 1', 'Content-Length: 2'],
      ['Content-Length: 3', 'Transfer-Encoding: chunked'],
      ['Content-Length: -1'],
      ['Transfer-Encoding: nonsense'],
      ['No colon'],
      [`X: ${'y'.repeat(20_000)}`],
      ['Host: y'],
      ['Expect: nonsense'],
    ]) {
      const reply = await send({ method: 'POST', target: '/admin/v1/clients', headers });
      expect({ headers, fault: reply.status >= 500 }).toEqual({
        headers: headers.map((field) => field),
        fault: false,
      });
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }
  });

  test.each([
    ['a header field without a colon', 400, { headers: ['No colon'] }],
    ['two lengths', 400, { headers: ['Content-Length: 1', 'Content-Length: 2'] }],
    ['a header field beyond what is read', 431, { headers: [`X: ${'y'.repeat(20_000)}`] }],
    ['a target beyond what is read', 431, { target: `${WHOAMI}?${'y'.repeat(20_000)}` }],
  ])('%s is no request, and refused like everything else', async (_name, status, raw) => {
    const reply = await send({ target: WHOAMI, ...raw });
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toMatchObject({ type: 'about:blank', status });
    for (const field of [
      'Content-Type: application/problem+json',
      'X-Content-Type-Options: nosniff',
      'Cache-Control: no-store',
      'Connection: close',
    ]) {
      expect(reply.head).toContain(field);
    }
    expect(reply.head).toMatch(/^X-Request-Id: [\w-]{8,}$/m);
  });

  test('an expectation that is not known is passed over', async () => {
    const reply = await send({ target: WHOAMI, headers: ['Expect: nonsense'] });
    expect(reply.status).toBe(200);
    expect(reply.head).toMatch(/^X-Request-Id: /m);
  });

  test.each(['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'])(
    'a parameter with U+0000, which not every store can hold, is a fault of whoever sent it to %s',
    async (path) => {
      const good = { ...adminCredentials(server.home), grant_type: 'client_credentials', token };
      for (const name of [...Object.keys(good), 'scope', 'resource', 'client_assertion']) {
        for (const value of ['\0', 'a\0b']) {
          const { status } = await post(server.url + path, undefined, { ...good, [name]: value });
          expect([name, status < 500]).toEqual([name, true]);
        }
      }
    },
  );

  test('after all of this the server serves, and nothing was changed', async () => {
    expect(server.output().stdout).not.toMatch(/"level":"error"/);
    expect(server.output().stdout).not.toContain(token);
    expect(server.output().stdout).not.toContain('rawPacket":{');
    expect(server.output().stderr).toBe('');
    const clients = await server.json<{ total: number }>(['client', 'list']);
    expect(clients.total).toBe(2);
    expect((await server.json<{ total: number }>(['catalog', 'list'])).total).toBe(2);
  });
});
