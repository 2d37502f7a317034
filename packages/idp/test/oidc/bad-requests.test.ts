import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

let server: OidcHarness;
beforeAll(async () => {
  server = await startOidc(SHOP, [clientNamed('viewer', { assignments: [{ role: 'viewer' }] })]);
});
afterAll(() => server.close());

interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

function send(
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      server.url + path,
      { method, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const CREDENTIAL = 'client_id=viewer&client_secret=viewer-secret';
const REGISTERED = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'invalid_target',
  'unsupported_grant_type',
  'invalid_dpop_proof',
]);
const long = (length: number) => 'x'.repeat(length);

describe('bad requests to the token endpoint', () => {
  test.each([
    ['no body', ''],
    ['no grant type', CREDENTIAL],
    ['an unknown grant type', `${CREDENTIAL}&grant_type=password`],
    ['a grant of later', `${CREDENTIAL}&grant_type=authorization_code`],
    ['implicit', `${CREDENTIAL}&grant_type=implicit`],
    [
      'a repeated grant type',
      `${CREDENTIAL}&grant_type=client_credentials&grant_type=client_credentials`,
    ],
    [
      'a repeated scope',
      `${CREDENTIAL}&grant_type=client_credentials&scope=orders:read&scope=stock:read`,
    ],
    ['a repeated client id', `${CREDENTIAL}&client_id=editor&grant_type=client_credentials`],
    [
      'two spaces in scope',
      `${CREDENTIAL}&grant_type=client_credentials&scope=orders:read++stock:read`,
    ],
    ['a quote in scope', `${CREDENTIAL}&grant_type=client_credentials&scope=%22`],
    ['control characters in scope', `${CREDENTIAL}&grant_type=client_credentials&scope=%00%01`],
    [
      '101 scopes',
      `${CREDENTIAL}&grant_type=client_credentials&scope=${Array.from({ length: 101 }, (_, i) => `a:b${i}`).join('+')}`,
    ],
    [
      'a scope that is too long',
      `${CREDENTIAL}&grant_type=client_credentials&scope=${long(17_000)}`,
    ],
    [
      'a client id that is too long',
      `client_id=${long(200)}&client_secret=x&grant_type=client_credentials`,
    ],
    [
      'a secret that is too long',
      `client_id=viewer&client_secret=${long(600)}&grant_type=client_credentials`,
    ],
    [
      'a resource that is too long',
      `${CREDENTIAL}&grant_type=client_credentials&resource=https://a.example/${long(2100)}`,
    ],
    [
      'a hundred resources',
      `${CREDENTIAL}&grant_type=client_credentials${'&resource=https://api.shop.example'.repeat(100)}`,
    ],
    [
      'a body that is too large',
      `${CREDENTIAL}&grant_type=client_credentials&scope=${long(60_000)}`,
    ],
    ['broken escapes', `${CREDENTIAL}&grant_type=client_credentials&scope=%E0%A4%A`],
    [
      'a malformed assertion',
      'client_assertion=a.b.c&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&grant_type=client_credentials',
    ],
    [
      'prototype names',
      '__proto__=x&constructor=y&client_id=__proto__&client_secret=x&grant_type=client_credentials',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ])('%s is refused with a registered code', async (_what, body) => {
    const { status, text } = await send('/oauth2/token', body);
    expect([400, 401]).toContain(status);
    const answer = JSON.parse(text) as { error: string };
    expect(REGISTERED).toContain(answer.error);
  });

  test.each([
    ['JSON', { 'content-type': 'application/json' }, '{}'],
    [
      'a foreign charset',
      { 'content-type': 'application/x-www-form-urlencoded; charset=nonsense' },
      CREDENTIAL,
    ],
    [
      'two kinds of authentication',
      { authorization: 'Basic dmlld2VyOng=' },
      `${CREDENTIAL}&grant_type=client_credentials`,
    ],
    [
      'a malformed authorization header',
      { authorization: 'Basic' },
      'grant_type=client_credentials',
    ],
    [
      'a bearer token for authentication',
      { authorization: 'Bearer abc' },
      'grant_type=client_credentials',
    ],
    [
      'basic credentials without a colon',
      { authorization: 'Basic Zm9v' },
      'grant_type=client_credentials',
    ],
    [
      'a malformed DPoP proof',
      { dpop: 'x.y.z' },
      `${CREDENTIAL}&grant_type=client_credentials&scope=orders:read`,
    ],
  ] as const)('%s is refused with a registered code', async (_what, headers, body) => {
    const { status, text } = await send('/oauth2/token', body, headers);
    expect([400, 401]).toContain(status);
    expect(REGISTERED).toContain((JSON.parse(text) as { error: string }).error);
  });

  test.each([
    ['nothing', '', {}],
    [
      'a secret in the header',
      'grant_type=client_credentials',
      { authorization: 'Basic dmlld2VyOng=' },
    ],
    ['a secret in the body', 'grant_type=client_credentials&client_id=viewer&client_secret=x', {}],
  ])('[RFC 9110 §15.5.2] whoever is refused for %s is challenged', async (_what, body, headers) => {
    for (const path of ['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke']) {
      const answer = await send(path, `${body}&token=x`, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(`Basic realm="${server.url}"`);
    }
  });

  test('an error is JSON even to a browser', async () => {
    const { headers } = await send('/oauth2/token', 'grant_type=x', { accept: 'text/html' });
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const { status, headers } = await send('/oauth2/token', '', {}, method);
    expect([status, headers['allow']]).toEqual([405, 'POST']);
  });
});

describe('bad tokens at introspection and revocation', () => {
  const token = [
    ['one part', 'opaque'],
    ['five parts', 'a.b.c.d.e'],
    [
      'an unsigned token',
      `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
    ],
    ['a header that is no JSON', `${Buffer.from('nonsense').toString('base64url')}.e30.x`],
    [
      'a kid that is no text',
      `${Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":{"a":1}}').toString('base64url')}.e30.AA`,
    ],
    ['bytes that are no text', '%ff%fe'],
  ] as const;

  test.each(token)('%s is inactive, not an error', async (_what, value) => {
    const { status, text } = await send('/oauth2/introspect', `${CREDENTIAL}&token=${value}`);
    expect([status, text]).toEqual([200, '{"active":false}']);
  });

  test.each(token)('%s is revoked without effect (RFC 7009 §2.2)', async (_what, value) => {
    expect((await send('/oauth2/revoke', `${CREDENTIAL}&token=${value}`)).status).toBe(200);
  });

  test.each([
    ['no token', CREDENTIAL],
    ['a repeated token', `${CREDENTIAL}&token=a&token=b`],
  ])('%s is refused', async (_what, body) => {
    for (const path of ['/oauth2/introspect', '/oauth2/revoke']) {
      const { status, text } = await send(path, body);
      expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([
        400,
        'invalid_request',
      ]);
    }
  });

  test('a token that is too long is inactive (RFC 7662 §2.2), and not revoked', async () => {
    const body = `${CREDENTIAL}&token=${long(20_000)}`;
    const introspected = await send('/oauth2/introspect', body);
    expect([introspected.status, introspected.text]).toEqual([200, '{"active":false}']);
    const { status, text } = await send('/oauth2/revoke', body);
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test.each(['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'])(
    '[RFC 6749 §5.2] no client authentication at %s is invalid_client',
    async (path) => {
      const { status, text } = await send(path, 'grant_type=client_credentials&token=x');
      expect([status, JSON.parse(text)]).toEqual([
        401,
        expect.objectContaining({ error: 'invalid_client' }),
      ]);
    },
  );

  test('nobody introspects without authenticating', async () => {
    expect((await send('/oauth2/introspect', 'token=x')).status).toBe(401);
    expect((await send('/oauth2/introspect', 'client_id=viewer&token=x')).status).toBe(401);
  });
});

describe('the origin', () => {
  test.each([
    ['GET', '/.well-known/openid-configuration', ''],
    ['GET', '/oauth2/jwks', ''],
    ['POST', '/oauth2/token', `${CREDENTIAL}&grant_type=client_credentials&scope=orders:read`],
    ['POST', '/oauth2/token', ''],
    ['POST', '/oauth2/introspect', `${CREDENTIAL}&token=x`],
    ['OPTIONS', '/oauth2/token', ''],
  ])('no other origin reads the answer of %s %s', async (method, path, body) => {
    for (const origin of [{}, { origin: 'https://elsewhere.example' }]) {
      const { headers } = await send(path, body, origin, method);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  test('[RFC 9457 §4.2.1] where nothing is, a problem says so', async () => {
    const { status, headers, text } = await send('/nothing-here', '', {}, 'GET');
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ type: 'about:blank', status: 404 });
  });

  test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    "every URL at %s is the issuer's, whatever the Host header says",
    async (path) => {
      const { text } = await send(
        path,
        '',
        { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
        'GET',
      );
      expect(text).not.toContain('evil');
      expect(JSON.parse(text)).toMatchObject({
        issuer: server.url,
        token_endpoint: `${server.url}/oauth2/token`,
        introspection_endpoint: `${server.url}/oauth2/introspect`,
        revocation_endpoint: `${server.url}/oauth2/revoke`,
        jwks_uri: `${server.url}/oauth2/jwks`,
      });
    },
  );

  test('nothing is promised that does not work', async () => {
    const { text } = await send('/.well-known/openid-configuration', '', {}, 'GET');
    const document = JSON.parse(text) as Record<string, unknown>;
    expect(document['response_types_supported']).toEqual([]);
    expect(document['grant_types_supported']).toEqual([
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ]);
    expect(document['scopes_supported']).toEqual(
      expect.arrayContaining(['orders:read', 'stock:reserve', 'cards:charge']),
    );
    for (const member of [
      'authorization_endpoint',
      'userinfo_endpoint',
      'end_session_endpoint',
      'registration_endpoint',
      'claims_supported',
    ]) {
      expect(document).not.toHaveProperty(member);
    }
    for (const path of ['/auth', '/session/end', '/me', '/reg', '/device', '/request']) {
      expect((await send(path, '', {}, 'GET')).status).toBe(404);
    }
  });

  test('the JWKS may be cached for as long as configured', async () => {
    const { headers, text } = await send('/oauth2/jwks', '', {}, 'GET');
    expect(headers['cache-control']).toBe('public, max-age=300, must-revalidate');
    expect(
      (JSON.parse(text) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid).sort(),
    ).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
  });
});
