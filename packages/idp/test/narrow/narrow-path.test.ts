import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { introspect, post, requestToken, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { SigningKey } from '../../src/keys/key-ring.ts';
import { TOKEN_EXCHANGE } from '../../src/oauth/grant-types.ts';
import { TOKEN_TYPES } from '../../src/oauth/token-types.ts';
import { STORE_UNAVAILABLE } from '../../src/storage.ts';
import { signAccessToken } from '../../src/tokens/sign-access-token.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { HarnessOptions, OidcHarness } from '../support/oidc-harness.ts';

const EDITOR = { client_id: 'editor', client_secret: 'editor-secret' };
const SHOP_API = { client_id: 'shop-api', client_secret: 'shop-api-secret' };
const SHOPPED = `${SHOP}
delegation:
  - { actor: { client: shop-api }, holding: ['orders:read'], may: ['stock:read'] }
`;
const CLIENTS = [
  clientNamed('editor', { assignments: [{ role: 'editor' }] }),
  clientNamed('shop-api', {
    resourceServers: [{ name: 'shop-api', audience: 'https://api.shop.example' }],
  }),
];

let server: OidcHarness;
async function restart(options: HarnessOptions): Promise<void> {
  await server.close();
  server = await startOidc(SHOPPED, CLIENTS, undefined, options);
}
beforeEach(async () => {
  server = await startOidc(SHOPPED, CLIENTS);
});
afterEach(() => server.close());

const exchange = (subject: string, more: Readonly<Record<string, string>> = {}) =>
  post(`${server.url}/oauth2/token`, SHOP_API, {
    grant_type: TOKEN_EXCHANGE,
    subject_token: subject,
    subject_token_type: TOKEN_TYPES.accessToken,
    scope: 'stock:read',
    ...more,
  });

const FORM =
  'grant_type=client_credentials&scope=orders%3Aread&client_id=editor&client_secret=editor-secret';
const head = (length: number): string =>
  [
    'POST /oauth2/token HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${String(length)}`,
    '',
    '',
  ].join('\r\n');

/** A connection, and what it hears. */
function open(): {
  socket: Socket;
  heard: (pattern: RegExp) => Promise<string>;
  closed: Promise<void>;
} {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let text = '';
  const waiting: (() => void)[] = [];
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  });
  return {
    socket,
    heard: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (pattern.test(text)) resolve(text);
        };
        waiting.push(look);
        look();
      }),
    closed: new Promise((resolve) => socket.on('close', () => resolve())),
  };
}

describe('the narrow path', () => {
  test('answers client_credentials and introspection of a client with a secret', async () => {
    const token = await tokenOf(server, EDITOR, 'orders:read');
    expect((await introspect(server, SHOP_API, token)).body['active']).toBe(true);
    expect(server.narrow).toBe(2);
  });

  test('answers an exchange of our own token, and keeps where the new one comes from', async () => {
    const subject = await tokenOf(server, EDITOR, 'orders:read');
    const { status, body } = await exchange(subject);
    const { jti = '', ...claims } = decodeJwt(String(body['access_token']));
    expect([status, server.narrow]).toEqual([200, 2]);
    expect(claims).toMatchObject({ sub: 'editor', act: { sub: 'shop-api' }, scope: 'stock:read' });
    expect(server.records.at(-1)).toMatchObject({ event: 'token.exchanged', jti });
    expect(server.derivations.get(jti)).toMatchObject({ parentJti: decodeJwt(subject).jti });
  });

  test('looks at a subject token afresh each time', async () => {
    const subject = await tokenOf(server, EDITOR, 'orders:read');
    expect((await exchange(subject)).status).toBe(200);
    await revoke(server, EDITOR, subject);
    const { status } = await exchange(subject);
    expect([status, server.narrow]).toEqual([400, 2]);
  });

  test('leaves the exchange of a token from elsewhere to the endpoints', async () => {
    const subject = await tokenOf(server, EDITOR, 'orders:read');
    const elsewhere = { subject_token_type: TOKEN_TYPES.idToken };
    const { status } = await exchange(subject, elsewhere);
    expect([status, server.narrow]).toEqual([400, 1]);
  });

  test('is switched off by its setting', async () => {
    await restart({ narrowPath: false });
    await tokenOf(server, EDITOR, 'orders:read');
    expect(server.narrow).toBe(0);
  });

  test('says nothing but yes: a refusal is told by the endpoints', async () => {
    const { status } = await requestToken(server, EDITOR, { scope: 'no:such' });
    const wrong = await requestToken(server, { ...EDITOR, client_secret: 'wrong' });
    expect([status, wrong.status, server.narrow]).toEqual([400, 401, 0]);
    expect(server.records.map(({ reason }) => reason)).toEqual(['invalid_scope', 'invalid_client']);
  });

  test('lets no token out whose record cannot be written', async () => {
    server.auditFails = true;
    const { status, headers, body } = await requestToken(server, EDITOR, { scope: 'orders:read' });
    expect([status, headers.get('retry-after'), server.narrow]).toEqual([503, '5', 1]);
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the audit log cannot be reached',
    });
  });

  test('lets no exchanged token out either, and keeps nothing of it', async () => {
    const subject = await tokenOf(server, EDITOR, 'orders:read');
    server.auditFails = true;
    const { status, body } = await exchange(subject);
    expect([status, server.narrow]).toEqual([503, 2]);
    expect(body).not.toHaveProperty('access_token');
    expect(server.derivations.size).toBe(0);
  });

  test('counts a request once, also one that it hands over for having come too often', async () => {
    await restart({ requestsPerMinute: 2 });
    const remaining = [];
    for (let request = 0; request < 4; request += 1) {
      const { status, headers } = await requestToken(server, EDITOR, { scope: 'orders:read' });
      remaining.push([status, /r=\d+/.exec(headers.get('ratelimit') ?? '')?.[0]]);
    }
    expect(remaining).toEqual([
      [200, 'r=1'],
      [200, 'r=0'],
      [429, 'r=0'],
      [429, 'r=0'],
    ]);
    expect(server.narrow).toBe(2);
    expect(server.records.map(({ event }) => event)).toEqual([
      'token.issued',
      'token.issued',
      'token.limited',
      'token.limited',
    ]);
  });

  test('counts a request once that fails after it was counted', async () => {
    await restart({ requestsPerMinute: 10 });
    const key = server.keys.active.get('ES256') as SigningKey;
    const token = signAccessToken(key, {
      ...{ iss: server.url, aud: 'https://api.shop.example', sub: 'editor', client_id: 'editor' },
      ...{ jti: 'x', scope: 'orders:read', iat: 1, exp: 9_999_999_999, catalog_version: 1, rev: 1 },
      act: { sub: 'shop-api' },
    });
    Object.assign(server.derivations, {
      get() {
        throw Object.assign(new Error('busy'), { code: STORE_UNAVAILABLE });
      },
    });
    const { status, headers } = await introspect(server, SHOP_API, token);
    expect([status, /r=\d+/.exec(headers.get('ratelimit') ?? '')?.[0]]).toEqual([503, 'r=9']);
  });

  test('hands over what the store does not give, which is told where it is known how', async () => {
    Object.assign(server.clients, {
      get() {
        throw Object.assign(new Error('busy'), { code: STORE_UNAVAILABLE });
      },
    });
    const { status, body } = await requestToken(server, EDITOR, { scope: 'orders:read' });
    expect([status, body['error_description']]).toEqual([503, 'the store cannot be reached']);
  });
});

describe('a body', () => {
  test('may come in parts', async () => {
    const { socket, heard } = open();
    socket.write(head(FORM.length));
    await new Promise((resolve) => socket.write(FORM.slice(0, 20), resolve));
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(FORM.slice(20));
    expect(await heard(/"access_token"/)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(server.narrow).toBe(1);
  });

  test('that never comes whole is for the endpoints to miss', async () => {
    const { socket, closed } = open();
    await new Promise((resolve) => socket.write(head(FORM.length) + FORM.slice(0, 20), resolve));
    socket.end();
    await closed;
    expect([server.narrow, server.records.length]).toEqual([0, 1]);
    expect(server.records[0]).toMatchObject({ event: 'token.refused', reason: 'invalid_request' });
  });

  test('that is handed over is all there still', async () => {
    const form = `${FORM}&resource=https%3A%2F%2Fnone.example`;
    const { socket, heard } = open();
    socket.write(head(form.length) + form);
    expect(await heard(/invalid_target/)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });

  test('leaves the connection to the next request, however many come at once', async () => {
    const { socket, heard } = open();
    const one = head(FORM.length) + FORM;
    socket.write(one.repeat(3));
    const text = await heard(/(?:"access_token"[^]*){3}/);
    expect(text.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    socket.destroy();
    expect(server.narrow).toBe(3);
  });
});
