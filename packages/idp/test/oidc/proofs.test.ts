import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwk = pair.publicKey.export({ format: 'jwk' }) as JWK;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

let server: OidcHarness;
beforeAll(async () => {
  server = await startOidc(SHOP, [
    clientNamed('viewer', { assignments: [{ role: 'viewer' }, { role: 'cashier' }] }),
    clientNamed('keyed', {
      auth: 'private_key_jwt',
      secrets: [],
      jwks: {
        keys: [
          { ...publicJwk, kid: 'k1' },
          { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k2' },
        ],
      },
      assignments: [{ role: 'viewer' }],
    }),
  ]);
});
afterAll(() => server.close());

async function ask(parameters: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
/** By how much a clock may be put back without anything counting again that was over. */
const TEN_MINUTES_MS = 600_000;
const VIEWER = { client_id: 'viewer', client_secret: 'viewer-secret' };
const seconds = () => Math.floor(Date.now() / 1000);

describe('DPoP', () => {
  const proof = (claims: object = {}, header: object = {}) =>
    new SignJWT({
      htm: 'POST',
      htu: `${server.url}/oauth2/token`,
      jti: randomUUID(),
      iat: seconds(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk, ...header })
      .sign(pair.privateKey);

  test('[RFC 9449 §5] binds the token to the key that was proven', async () => {
    const { status, body } = await ask(
      { ...VIEWER, scope: 'orders:read' },
      { dpop: await proof() },
    );
    expect([status, body['token_type']]).toEqual([200, 'DPoP']);
    expect(decodeJwt(String(body['access_token']))['cnf']).toEqual({
      jkt: await calculateJwkThumbprint(publicJwk),
    });
  });

  test('[RFC 9449 §5] is needed where the resource server takes bound tokens alone', async () => {
    const bare = await ask({ ...VIEWER, scope: 'cards:charge' });
    expect([bare.status, bare.body['error']]).toEqual([400, 'invalid_dpop_proof']);
    const bound = await ask({ ...VIEWER, scope: 'cards:charge' }, { dpop: await proof() });
    expect([bound.status, bound.body['token_type']]).toEqual([200, 'DPoP']);
  });

  test('[RFC 9449 §11.1] a proof is taken once', async () => {
    const once = await proof();
    expect((await ask({ ...VIEWER, scope: 'orders:read' }, { dpop: once })).status).toBe(200);
    const again = await ask({ ...VIEWER, scope: 'orders:read' }, { dpop: once });
    expect(again.status).toBe(400);
  });

  test('a proof is taken once by a clock too that was put on ten minutes, and back', async () => {
    const use = async (dpop: string) =>
      (await ask({ ...VIEWER, scope: 'orders:read' }, { dpop })).status;
    const once = await proof();
    expect(await use(once)).toBe(200);
    server.now += TEN_MINUTES_MS;
    expect(await use(await proof())).toBe(200); // which forgets what is over
    server.now -= TEN_MINUTES_MS;
    expect(await use(once)).toBe(400);
  });

  test.each([
    ['for another URL', { htu: 'https://evil.example/oauth2/token' }, {}],
    ['for another method', { htm: 'GET' }, {}],
    ['from an hour ago', { iat: Math.floor(Date.now() / 1000) - 3600 }, {}],
    ['of another type', {}, { typ: 'JWT' }],
  ])('[RFC 9449 §4.3] a proof %s is refused', async (_what, claims, header) => {
    const { status, body } = await ask(
      { ...VIEWER, scope: 'orders:read' },
      { dpop: await proof(claims, header) },
    );
    expect([status, body['error']]).toEqual([400, 'invalid_dpop_proof']);
  });

  test('[RFC 7662 §2.2] introspection tells the binding', async () => {
    const { body } = await ask({ ...VIEWER, scope: 'orders:read' }, { dpop: await proof() });
    const response = await fetch(`${server.url}/oauth2/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ ...VIEWER, token: String(body['access_token']) }),
    });
    expect(await response.json()).toMatchObject({
      token_type: 'DPoP',
      cnf: { jkt: await calculateJwkThumbprint(publicJwk) },
    });
  });
});

describe('private_key_jwt', () => {
  const assertion = (claims: object = {}, header: object = {}, key = pair.privateKey) =>
    new SignJWT({
      iss: 'keyed',
      sub: 'keyed',
      aud: server.url,
      jti: randomUUID(),
      exp: seconds() + 60,
      iat: seconds(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key);
  const present = async (client_assertion: string) =>
    ask({
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      scope: 'orders:read',
    });

  test('[RFC 7523 §2.2] authenticates a client by any of its registered keys', async () => {
    expect((await present(await assertion())).status).toBe(200);
    expect(
      (await present(await assertion({}, { alg: 'PS256', kid: 'k2' }, rsa.privateKey))).status,
    ).toBe(200);
  });

  test('[RFC 7523 §3] an assertion is taken once', async () => {
    const once = await assertion();
    expect((await present(once)).status).toBe(200);
    expect(await present(once)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  test('an assertion is taken once by a clock too that was put on ten minutes, and back', async () => {
    const once = await assertion();
    expect((await present(once)).status).toBe(200);
    server.now += TEN_MINUTES_MS;
    expect((await present(await assertion())).status).toBe(200); // which forgets what is over
    server.now -= TEN_MINUTES_MS;
    expect((await present(once)).status).toBe(401);
  });

  test.each([
    ['for the token endpoint', () => assertion({ aud: `${server.url}/oauth2/token` })],
    ['for two audiences', () => assertion({ aud: [server.url, 'https://other.example'] })],
    ['for somebody else', () => assertion({ aud: 'https://other.example' })],
    ['of another client', () => assertion({ iss: 'viewer', sub: 'viewer' })],
    ['of another issuer', () => assertion({ iss: 'viewer' })],
    ['of a list with the client in it', () => assertion({ sub: ['keyed'] })],
    ['of nobody', () => assertion({ sub: {} })],
    ['of a number', () => assertion({ sub: 1 })],
    ['that has expired', () => assertion({ exp: seconds() - 120 })],
    ['without an end', () => assertion({ exp: undefined })],
    ['that lives for years', () => assertion({ exp: seconds() + 31_536_000 })],
    ['without a jti', () => assertion({ jti: undefined })],
    [
      'by an unregistered key',
      () => assertion({}, {}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ],
    [
      'by HMAC with the public key',
      () =>
        new SignJWT({ iss: 'keyed', sub: 'keyed', aud: server.url, jti: 'x', exp: seconds() + 60 })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from(JSON.stringify(publicJwk))),
    ],
  ])(
    '[RFC 7523 §3] an assertion %s is refused, and is nowhere in the audit log',
    async (_what, make) => {
      const presented = await make();
      expect(await present(presented)).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      expect(JSON.stringify(server.records) + server.log.join()).not.toContain(
        presented.split('.')[2],
      );
    },
  );

  test('a client that registered keys does not get in with a secret', async () => {
    expect(
      (await ask({ client_id: 'keyed', client_secret: 'keyed-secret', scope: 'orders:read' }))
        .status,
    ).toBe(401);
  });
});
