import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SIGNING_ALGS } from '@ambit/scope-catalog';
import { decodeJwt, jwtVerify, createRemoteJWKSet, SignJWT } from 'jose';
import { introspect, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential } from '../../../../test/support/oauth.ts';
import type { RevocationRule } from '../../src/revocation/ports.ts';
import { SHOP, SHOP_NARROWED } from '../support/catalogs.ts';
import { clientNamed, ringOf, signingKey, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});
const AUDIENCE = 'https://api.shop.example';

const CLIENTS = [
  clientNamed('editor', { assignments: [{ role: 'editor' }] }),
  clientNamed('other', { assignments: [{ role: 'editor' }] }),
  clientNamed('shop-api', { resourceServers: [{ name: 'shop-api', audience: AUDIENCE }] }),
  clientNamed('stock-api', {
    resourceServers: [{ name: 'stock-api', audience: 'https://stock.shop.example' }],
  }),
  clientNamed('signed-api', {
    resourceServers: [{ name: 'shop-api', audience: AUDIENCE }],
    introspectionAlg: 'ES256',
  }),
];

let server: OidcHarness;
let keys: OidcHarness['keys'];
beforeAll(async () => {
  server = await startOidc(SHOP, CLIENTS);
  keys = server.keys;
});
beforeEach(() => {
  server.publish(SHOP);
  server.clients = new Map(CLIENTS.map((client) => [client.clientId, client]));
  server.keys = keys;
  server.now = Date.now();
  server.rules.length = 1;
});
afterAll(() => server.close());

const seenBy = async (clientId: string, token: string) =>
  (await introspect(server, secretOf(clientId), token)).body;
const INACTIVE = { active: false };

describe('introspection', () => {
  test('[RFC 7662 §2.2] tells a resource server all about a token of its audience', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read orders:write');
    const claims = decodeJwt(token);
    expect(await seenBy('shop-api', token)).toEqual({
      active: true,
      scope: 'orders:read orders:write',
      client_id: 'editor',
      sub: 'editor',
      aud: AUDIENCE,
      iss: server.url,
      exp: claims.exp,
      iat: claims.iat,
      jti: claims.jti,
      token_type: 'Bearer',
      catalog_version: claims['catalog_version'],
      rev: claims['rev'],
    });
    expect(server.records.at(-1)).toMatchObject({
      event: 'token.introspected',
      decision: 'granted',
      actor: 'shop-api',
      client: 'editor',
      subject: 'editor',
      resourceServer: 'shop-api',
      audience: AUDIENCE,
      grantedScopes: ['orders:read', 'orders:write'],
      jti: claims.jti,
    });
  });

  test('[RFC 7662 §4] tells nobody about a token of another audience', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('stock-api', token)).toEqual(INACTIVE);
    expect(server.records.at(-1)).toMatchObject({ decision: 'refused', reason: 'not_the_callers' });
    expect(await seenBy('other', token)).toEqual(INACTIVE);
  });

  test('tells a client about its own token', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('editor', token)).toMatchObject({ active: true });
  });

  test('[RFC 9701 §5] answers as a signed JWT where the credential asks for it', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    const response = await fetch(`${server.url}/oauth2/introspect`, {
      method: 'POST',
      headers: {
        accept: 'application/token-introspection+jwt',
        authorization: `Basic ${Buffer.from('signed-api:signed-api-secret').toString('base64')}`,
      },
      body: new URLSearchParams({ token }),
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/token-introspection\+jwt/);
    const jwks = createRemoteJWKSet(new URL(`${server.url}/oauth2/jwks`));
    const { payload } = await jwtVerify(await response.text(), jwks, {
      issuer: server.url,
      audience: 'signed-api',
      typ: 'token-introspection+jwt',
    });
    expect(payload['token_introspection']).toMatchObject({ active: true, scope: 'orders:read' });
  });

  test('a credential whose server has moved to another audience sees nothing any more', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'stock:read');
    expect(await seenBy('stock-api', token)).toMatchObject({ active: true });
    server.publish(SHOP_NARROWED);
    expect(await seenBy('stock-api', token)).toEqual(INACTIVE);
  });
});

describe('liveness', () => {
  test('a scope that the catalog no longer lists is gone at the next introspection, and comes back with it', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read orders:write');
    server.publish(SHOP_NARROWED);
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true, scope: 'orders:read' });
    server.publish(SHOP);
    expect(await seenBy('shop-api', token)).toMatchObject({ scope: 'orders:read orders:write' });
  });

  test('a scope that the client lost is gone, and widening never reaches an issued token', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read orders:write');
    server.clients.set('editor', clientNamed('editor', { assignments: [{ role: 'viewer' }] }));
    expect(await seenBy('shop-api', token)).toMatchObject({ scope: 'orders:read' });
    const narrow = await tokenOf(server, secretOf('editor'), 'orders:read');
    server.clients.set('editor', clientNamed('editor', { assignments: [{ role: 'editor' }] }));
    expect(await seenBy('shop-api', narrow)).toMatchObject({ scope: 'orders:read' });
  });

  test('a role that ends takes its scopes along at that very time', async () => {
    const until = server.now + 60_000;
    server.clients.set(
      'editor',
      clientNamed('editor', { assignments: [{ role: 'editor', until }] }),
    );
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true });
    server.now = until;
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
  });

  test.each([
    [
      'disabled',
      () =>
        server.clients.set(
          'editor',
          clientNamed('editor', { enabled: false, assignments: [{ role: 'editor' }] }),
        ),
    ],
    ['deleted', () => server.clients.delete('editor')],
    ['stripped of its roles', () => server.clients.set('editor', clientNamed('editor'))],
  ])('the tokens of a client that is %s are inactive', async (_what, change) => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    change();
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
    expect(server.records.at(-1)).toMatchObject({ decision: 'refused', reason: 'no_live_scope' });
  });

  test('an expired token is inactive', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:write');
    server.now += 121_000;
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
  });

  test('a token of a key that has left the JWKS is inactive, even one seen before', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true });
    server.keys = ringOf(...SIGNING_ALGS.map((alg) => signingKey(alg, `another-${alg}`)));
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
    expect(server.records.at(-1)).toMatchObject({ reason: 'unknown_key' });
  });
});

describe('revocation', () => {
  test('[RFC 7009 §2.1] a client revokes its own token, which is inactive at the very next introspection', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true });
    const { status, headers } = await revoke(server, secretOf('editor'), token);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
    expect(server.records.at(-1)).toMatchObject({ reason: 'revoked' });
  });

  test('[RFC 7009 §2.1] a client cannot revoke the token of another', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    await revoke(server, secretOf('other'), token);
    expect(server.records.at(-1)).toMatchObject({
      event: 'token.revoked',
      decision: 'refused',
      reason: 'not_the_callers',
    });
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true });
  });

  test('a token that is dead for now is revoked for good', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:write');
    server.publish(SHOP_NARROWED);
    await revoke(server, secretOf('editor'), token);
    server.publish(SHOP);
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
  });

  test('[RFC 7009 §2.2] revoking again is answered alike and makes no second rule', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    const before = server.revocations;
    for (let time = 0; time < 3; time += 1) {
      expect((await revoke(server, secretOf('editor'), token)).status).toBe(200);
    }
    expect(server.revocations).toBe(before + 1);
  });

  test('a rule of the store is consulted at every introspection', async () => {
    const token = await tokenOf(server, secretOf('editor'), 'orders:read');
    expect(await seenBy('shop-api', token)).toMatchObject({ active: true });
    server.rules.push(({ clientId }) =>
      clientId === 'editor' ? ({ kind: 'client', clientId } as RevocationRule) : undefined,
    );
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
  });
});

describe('forged tokens', () => {
  const claimsOf = (token: string) => decodeJwt(token);
  const foreign = signingKey('ES256', 'ES256');
  const forge = (claims: object, header: object, key = foreign.privateKey as never) =>
    new SignJWT(claims as never)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'ES256', ...header })
      .sign(key);
  const own = () => server.keys.active.get('ES256')?.privateKey as never;

  test.each([
    ['another key under the same kid', (claims: object) => forge(claims, {}), 'bad_signature'],
    [
      'an embedded key',
      (claims: object) => forge(claims, { jwk: foreign.publicJwk }),
      'bad_signature',
    ],
    [
      'a key set elsewhere',
      (claims: object) => forge(claims, { jku: 'https://evil.example/jwks' }),
      'bad_signature',
    ],
    ['an unknown kid', (claims: object) => forge(claims, { kid: '../../dev/null' }), 'unknown_key'],
    ['no kid', (claims: object) => forge(claims, { kid: undefined }), 'unknown_key'],
    [
      'the kid of another algorithm',
      (claims: object) => forge(claims, { kid: 'EdDSA' }),
      'unknown_key',
    ],
    [
      'the public key as an HMAC secret',
      (claims: object) =>
        new SignJWT(claims as never)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'ES256' })
          .sign(Buffer.from(JSON.stringify(foreign.publicJwk))),
      'unknown_key',
    ],
    [
      'the type of an ID token',
      (claims: object) => forge(claims, { typ: 'JWT' }, own()),
      'wrong_type',
    ],
    [
      'the type of an introspection answer',
      (claims: object) => forge(claims, { typ: 'token-introspection+jwt' }, own()),
      'wrong_type',
    ],
    [
      'another issuer',
      (claims: object) => forge({ ...claims, iss: 'https://evil.example' }, {}, own()),
      'foreign_issuer',
    ],
    ['claims missing', () => forge({ iss: server.url }, {}, own()), 'malformed'],
  ])('%s makes a token inactive', async (_what, make, reason) => {
    const token = await make(claimsOf(await tokenOf(server, secretOf('editor'), 'orders:read')));
    expect(await seenBy('shop-api', token)).toEqual(INACTIVE);
    expect(server.records.at(-1)).toMatchObject({
      event: 'token.introspected',
      decision: 'refused',
      reason,
    });
  });
});
