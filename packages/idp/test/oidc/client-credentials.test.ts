import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  compactVerify,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
} from 'jose';
import { post, requestToken } from '../../../../test/support/oauth.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const secretOf = (clientId: string) => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

let server: OidcHarness;
beforeAll(async () => {
  server = await startOidc(SHOP, [
    clientNamed('editor', { assignments: [{ role: 'editor' }] }),
    clientNamed('viewer', { assignments: [{ role: 'viewer' }], defaultScopes: ['orders:read'] }),
    clientNamed('partial', { assignments: [{ role: 'viewer' }], scopePolicy: 'partial' }),
    clientNamed('both', { assignments: [{ role: 'viewer' }, { role: 'cashier' }] }),
    clientNamed('gone', { enabled: false, assignments: [{ role: 'viewer' }] }),
    clientNamed('federated', { auth: 'none', secrets: [], assignments: [{ role: 'viewer' }] }),
    clientNamed('many', {
      assignments: [{ role: 'viewer' }],
      secrets: ['old', 'new', 'late'].map((name) => ({
        ...(clientNamed(name).secrets[0] as never as { hash: Uint8Array }),
        id: name,
        createdAt: 0,
        keyId: 'test',
        ...(name === 'old' ? { expiresAt: 1 } : {}),
      })),
    }),
  ]);
});
afterAll(() => server.close());
const lastRecord = () => server.records.at(-1);

describe('a token by client credentials', () => {
  test('[RFC 9068 §2] is a JWT with the claims of the profile, signed by a published key', async () => {
    const { status, headers, body } = await requestToken(server, secretOf('editor'), {
      scope: 'orders:read orders:write',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'orders:read orders:write',
    });
    const token = String(body['access_token']);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'ES256' });

    const jwks = createRemoteJWKSet(new URL(`${server.url}/oauth2/jwks`));
    const { payload } = await jwtVerify(token, jwks, {
      issuer: server.url,
      audience: 'https://api.shop.example',
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({
      sub: 'editor',
      client_id: 'editor',
      scope: 'orders:read orders:write',
      catalog_version: 1,
      rev: 1,
      jti: headers.get('x-request-id'),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    expect(payload).not.toHaveProperty('cnf');
  });

  test('[RFC 9068 §3] has the audience of its scopes, and the algorithm and lifetime of its server', async () => {
    const { body } = await requestToken(server, secretOf('viewer'), { scope: 'stock:read' });
    const token = String(body['access_token']);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', kid: 'EdDSA' });
    expect(decodeJwt(token)).toMatchObject({ aud: 'https://stock.shop.example' });
    expect(body['expires_in']).toBe(600);
    await expect(
      compactVerify(token, createRemoteJWKSet(new URL(`${server.url}/oauth2/jwks`))),
    ).resolves.toBeDefined();
  });

  test("[RFC 6749 §3.3] without a scope has the client's default scopes", async () => {
    const { body } = await requestToken(server, secretOf('viewer'));
    expect(body['scope']).toBe('orders:read');
  });

  test('[RFC 6749 §3.3] without a scope and without defaults is refused, listing what could be asked for', async () => {
    const { status, body } = await requestToken(server, secretOf('editor'));
    expect(status).toBe(400);
    expect(body['error']).toBe('invalid_scope');
    expect(String(body['error_description'])).toContain('orders:read');
  });

  test('[RFC 8707 §2] for the resource that was named', async () => {
    const { body } = await requestToken(server, secretOf('viewer'), {
      scope: 'stock:read',
      resource: 'https://stock.shop.example',
    });
    expect(decodeJwt(String(body['access_token'])).aud).toBe('https://stock.shop.example');
  });

  test.each([
    ['an unknown resource', [['resource', 'https://nobody.example']]],
    [
      'a repeated resource',
      [
        ['resource', 'https://api.shop.example'],
        ['resource', 'https://stock.shop.example'],
      ],
    ],
    ['a resource that is no URI', [['resource', 'shop']]],
  ] as const)('[RFC 8707 §2] is refused for %s with invalid_target', async (_what, resources) => {
    const { status, body } = await requestToken(server, secretOf('viewer'), [
      ['scope', 'orders:read'],
      ...resources,
    ]);
    expect([status, body['error']]).toEqual([400, 'invalid_target']);
  });

  test('[RFC 9068 §3] is refused for scopes of two audiences, naming both', async () => {
    const { status, body } = await requestToken(server, secretOf('viewer'), {
      scope: 'orders:read stock:read',
    });
    expect([status, body['error']]).toEqual([400, 'invalid_scope']);
    expect(String(body['error_description'])).toMatch(/stock\.shop\.example.*api\.shop\.example/);
  });

  test('[RFC 6749 §5.2] is refused whole when one scope cannot be granted, saying which and why', async () => {
    const { status, body } = await requestToken(server, secretOf('viewer'), {
      scope: 'orders:read orders:write orders:raed orders:refund',
    });
    expect([status, body['error']]).toEqual([400, 'invalid_scope']);
    expect(body['scope_errors']).toEqual([
      expect.objectContaining({ scope: 'orders:write', reason: 'not_entitled' }),
      expect.objectContaining({ scope: 'orders:raed', reason: 'unknown' }),
      expect.objectContaining({ scope: 'orders:refund', reason: 'retired' }),
    ]);
    expect(JSON.stringify(body)).toContain('orders:read');
    expect(String(body['error_description'])).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(lastRecord()).toMatchObject({
      event: 'token.refused',
      decision: 'refused',
      actor: 'viewer',
      reason: 'invalid_scope',
    });
  });

  test('a partial client gets what can be granted', async () => {
    const { status, body } = await requestToken(server, secretOf('partial'), {
      scope: 'orders:read orders:write',
    });
    expect([status, body['scope']]).toEqual([200, 'orders:read']);
    expect(lastRecord()).toMatchObject({
      event: 'token.issued',
      grantedScopes: ['orders:read'],
      refusedScopes: [{ scope: 'orders:write', reason: 'not_entitled' }],
    });
  });

  test('a deprecated scope is granted, and the record says so', async () => {
    const { status } = await requestToken(server, secretOf('editor'), { scope: 'orders:archive' });
    expect(status).toBe(200);
    expect(lastRecord()).toMatchObject({ detail: 'deprecated: orders:archive' });
  });

  test('[RFC 6749 §5.1] is never cached', async () => {
    const { headers } = await requestToken(server, secretOf('viewer'));
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is in the audit log with who, what and why, and without the token', async () => {
    const { body } = await requestToken(server, secretOf('viewer'), { scope: 'orders:read' });
    const token = String(body['access_token']);
    expect(lastRecord()).toEqual({
      event: 'token.issued',
      decision: 'granted',
      time: server.now,
      requestId: expect.stringMatching(/^request-/) as unknown,
      durationMicros: expect.any(Number) as unknown,
      personal: { address: '127.0.0.1' },
      actor: 'viewer',
      client: 'viewer',
      subject: 'viewer',
      resourceServer: 'shop-api',
      audience: 'https://api.shop.example',
      requestedScopes: ['orders:read'],
      grantedScopes: ['orders:read'],
      refusedScopes: [],
      catalogVersion: 1,
      revision: 1,
      jti: decodeJwt(token).jti,
      expiresAt: decodeJwt(token).exp,
      kid: 'ES256',
    });
    expect(JSON.stringify(server.records) + server.log.join()).not.toContain(token);
  });

  test('does not leave when its record cannot be written', async () => {
    server.auditFails = true;
    const { status, headers, body } = await requestToken(server, secretOf('viewer'));
    server.auditFails = false;
    expect([status, body['error'], headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '5',
    ]);
    expect(body).not.toHaveProperty('access_token');
  });
});

describe('client authentication', () => {
  test('[RFC 6749 §2.3.1] a secret is taken by basic and by post alike', async () => {
    const byPost = await post(`${server.url}/oauth2/token`, undefined, {
      grant_type: 'client_credentials',
      ...secretOf('viewer'),
    });
    const byBasic = await requestToken(server, secretOf('viewer'));
    expect([byPost.status, byBasic.status]).toEqual([200, 200]);
  });

  test('every live secret works, and an expired one does not', async () => {
    const attempt = async (name: string) =>
      (
        await requestToken(
          server,
          { client_id: 'many', client_secret: `${name}-secret` },
          { scope: 'orders:read' },
        )
      ).status;
    expect([await attempt('new'), await attempt('late'), await attempt('old')]).toEqual([
      200, 200, 401,
    ]);
  });

  test('the use of a secret is written down once an hour, counting what the store knows', async () => {
    const anHour = 3_600_000;
    const start = server.now;
    const [secret] = clientNamed('used').secrets;
    const usedBefore = { ...secret, lastUsedAt: start - anHour / 2 } as typeof secret & object;
    server.clients.set(
      'used',
      clientNamed('used', { assignments: [{ role: 'viewer' }], secrets: [usedBefore] }),
    );
    const uses = async (after: number): Promise<number> => {
      server.now = start + after;
      const before = server.uses.length;
      await requestToken(server, secretOf('used'), { scope: 'orders:read' });
      return server.uses.length - before;
    };
    expect([
      await uses(0),
      await uses(anHour / 2),
      await uses(anHour),
      await uses(anHour * 2),
    ]).toEqual([0, 1, 0, 1]);
    server.now = start;
  });

  test.each([
    ['a wrong secret', { client_id: 'viewer', client_secret: 'wrong' }],
    ['an unknown client', { client_id: 'nobody', client_secret: 'x' }],
    ['a disabled client', secretOf('gone')],
    ['a federated client', { client_id: 'federated', client_secret: 'x' }],
  ])('[RFC 6749 §5.2] %s gets the same answer: 401 invalid_client', async (_who, credential) => {
    const { status, body, headers } = await requestToken(server, credential, {
      scope: 'orders:read',
    });
    expect(status).toBe(401);
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: 'client authentication failed',
    });
    expect(headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(lastRecord()).toMatchObject({ event: 'token.refused', reason: 'invalid_client' });
    expect(JSON.stringify(lastRecord())).not.toContain(
      credential.client_secret === 'x' ? '"x"' : credential.client_secret,
    );
  });

  test('a federated client gets nothing by merely naming itself', async () => {
    const { status } = await post(`${server.url}/oauth2/token`, undefined, {
      grant_type: 'client_credentials',
      client_id: 'federated',
      scope: 'orders:read',
    });
    expect(status).toBe(401);
  });
});
