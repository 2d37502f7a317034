import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { JWK } from 'jose';
import { post, requestToken, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential, OAuthAnswer } from '../../../../test/support/oauth.ts';
import { startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer } from '../support/external-issuer.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

let issuer: ExternalIssuer;
let idp: OidcHarness;

const catalog = (mode: 'observe' | 'enforce' = 'enforce') => `
catalog: counted
resourceServers:
  orders-api:
    audience: https://orders.example
    resources:
      orders:
        actions:
          read: { description: R }
          refund: { description: F, quota: { limit: 2, windowSeconds: 3600, per: client, mode: ${mode} } }
          cancel: { description: C, quota: { limit: 3, windowSeconds: 600, per: client } }
          old: { description: O, deprecated: { since: 2020-01-01 }, quota: { limit: 1, windowSeconds: 600, per: client, mode: observe } }
  payments-api:
    audience: https://payments.example
    resources:
      payments:
        actions:
          charge: { description: C, quota: { limit: 1, windowSeconds: 600, per: subject } }
  bound-api:
    audience: https://bound.example
    accessToken: { senderConstrained: dpop }
    resources:
      safes: { actions: { open: { description: O, quota: { limit: 1, windowSeconds: 600, per: client } } } }
roles:
  clerk: { description: All of orders, scopes: ['orders:*', 'safes:open'] }
delegation:
  - { actor: { client: till }, holding: ['orders:read'], may: ['payments:charge'] }
  - { actor: { client: kiosk }, holding: ['orders:read'], may: ['payments:charge'] }
federation:
  ci:
    issuer: ${issuer.url}
    audience: https://id.example
    rules:
      - { match: { sub: 'job' }, client: bot, scopes: ['orders:refund'] }
`;
const assignments = [{ role: 'clerk' }];
const ofOrders = {
  resourceServers: [{ name: 'orders-api', audience: 'https://orders.example' }],
};
const CLIENTS = [
  clientNamed('web', { assignments }),
  clientNamed('shop', { assignments }),
  clientNamed('partial', { assignments, scopePolicy: 'partial' }),
  clientNamed('till', ofOrders),
  clientNamed('kiosk', ofOrders),
  clientNamed('bot', { assignments, auth: 'none', secrets: [], federatedIssuer: 'ci' }),
];
const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

beforeAll(async () => {
  issuer = await startIssuer();
  idp = await startOidc(catalog(), CLIENTS);
});
beforeEach(() => {
  idp.publish(catalog());
  idp.now = Date.now();
  idp.quotaWindows.clear();
  idp.quotaClaims = 0;
  idp.quotaEvents.splice(0);
  idp.records.splice(0);
});
afterAll(async () => {
  await Promise.all([idp.close(), issuer.close()]);
});

const ask = (scope: string, client = 'web') => requestToken(idp, secretOf(client), { scope });
const statuses = async (...answers: Promise<OAuthAnswer>[]) =>
  (await Promise.all(answers)).map(({ status }) => status).sort();

describe('a quota', () => {
  test('lets so many tokens be issued in its window, refuses the next until then, and goes on after it', async () => {
    expect((await ask('orders:refund')).status).toBe(200);
    idp.now += 600_500;
    expect((await ask('orders:refund')).status).toBe(200);
    const refused = await ask('orders:refund');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3000');
    expect(refused.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'no token is left in the quota of `orders:refund`; try again in 3000 s',
      scope_errors: [
        {
          scope: 'orders:refund',
          reason: 'quota_exceeded',
          hint: 'the quota of this client is 2 in 3600 s; ask again in 3000 s, and use a token until it expires',
        },
      ],
    });
    idp.now += 2_999_499;
    expect((await ask('orders:refund')).status).toBe(429);
    idp.now += 1;
    expect((await ask('orders:refund')).status).toBe(200);
  });

  test('is told in the answer, also where tokens are left in it', async () => {
    const granted = await ask('orders:refund orders:cancel');
    expect(granted.headers.get('ratelimit-policy')).toBe(
      '"orders:refund";q=2;w=3600, "orders:cancel";q=3;w=600',
    );
    expect(granted.headers.get('ratelimit')).toBe(
      '"orders:refund";r=1;t=3600, "orders:cancel";r=2;t=600',
    );
    await ask('orders:refund');
    const refused = await ask('orders:refund orders:cancel');
    expect(refused.headers.get('ratelimit-policy')).toBe('"orders:refund";q=2;w=3600');
    expect(refused.headers.get('ratelimit')).toBe('"orders:refund";r=0;t=3600');
  });

  test('counts for each client alone, and for a partial policy too', async () => {
    for (const client of ['web', 'shop', 'partial']) {
      expect((await ask('orders:refund', client)).status).toBe(200);
      expect((await ask('orders:refund', client)).status).toBe(200);
      expect((await ask('orders:refund', client)).status).toBe(429);
    }
    expect((await ask('orders:refund orders:read', 'partial')).status).toBe(429);
  });

  test('of several is claimed together with the others, or none is', async () => {
    await ask('orders:refund');
    await ask('orders:refund');
    for (let n = 0; n < 5; n += 1) {
      expect((await ask('orders:refund orders:cancel')).status).toBe(429);
    }
    for (let n = 0; n < 3; n += 1) expect((await ask('orders:cancel')).status).toBe(200);
    const refused = await ask('orders:refund orders:cancel');
    expect(refused.headers.get('retry-after')).toBe('3600');
    expect(refused.body['scope_errors']).toMatchObject([
      { scope: 'orders:refund' },
      { scope: 'orders:cancel' },
    ]);
  });

  test('holds for requests that come at once', async () => {
    const answers = Array.from({ length: 8 }, () => ask('orders:refund'));
    expect(await statuses(...answers)).toEqual([200, 200, 429, 429, 429, 429, 429, 429]);
  });

  test('is not asked for a request without one, and not claimed by one that is refused for another reason', async () => {
    expect((await ask('orders:read')).status).toBe(200);
    expect((await ask('orders:refund nothing:here')).status).toBe(400);
    expect((await ask('safes:open')).status).toBe(400);
    expect(idp.quotaClaims).toBe(0);
  });

  test('is claimed only once the proof of a key is found to be new', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = key.publicKey.export({ format: 'jwk' }) as JWK;
    const iat = Math.floor(Date.now() / 1000);
    const dpop = await new SignJWT({
      htm: 'POST',
      htu: `${idp.url}/oauth2/token`,
      jti: randomUUID(),
      iat,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(key.privateKey);
    const send = (scope: string) =>
      post(
        `${idp.url}/oauth2/token`,
        secretOf('web'),
        { grant_type: 'client_credentials', scope },
        { dpop },
      );
    expect((await send('orders:read')).status).toBe(200);
    expect((await send('safes:open')).status).toBe(400);
    expect(idp.quotaClaims).toBe(0);
  });

  test('stays claimed by a token whose record could not be written, and that never left', async () => {
    idp.auditFails = true;
    const lost = await Promise.all([ask('orders:refund'), ask('orders:refund')]);
    idp.auditFails = false;
    expect(lost.map(({ status, body }) => [status, body['access_token']])).toEqual([
      [503, undefined],
      [503, undefined],
    ]);
    expect((await ask('orders:refund')).status).toBe(429);
  });

  test('that cannot be claimed lets no token be issued', async () => {
    idp.quotasFail = true;
    const { status, headers, body } = await ask('orders:refund');
    idp.quotasFail = false;
    expect([status, headers.get('retry-after'), body['error']]).toEqual([
      503,
      '5',
      'temporarily_unavailable',
    ]);
    expect(idp.records).toMatchObject([{ event: 'token.refused', reason: 'server_error' }]);
  });

  test('counts exchanged tokens for their subject, whoever acts', async () => {
    const exchange = async (actor: string, subject: string) =>
      post(`${idp.url}/oauth2/token`, secretOf(actor), {
        grant_type: EXCHANGE,
        subject_token: await tokenOf(idp, secretOf(subject), 'orders:read'),
        subject_token_type: ACCESS_TOKEN,
        scope: 'payments:charge',
      });
    expect((await exchange('till', 'web')).status).toBe(200);
    const refused = await exchange('kiosk', 'web');
    expect([refused.status, refused.body['scope_errors']]).toEqual([
      429,
      [
        {
          scope: 'payments:charge',
          reason: 'quota_exceeded',
          hint: 'the quota of this subject is 1 in 600 s; ask again in 600 s, and use a token until it expires',
        },
      ],
    ]);
    expect((await exchange('kiosk', 'shop')).status).toBe(200);
    expect(idp.records.at(-1)).toMatchObject({ event: 'token.exchanged', subject: 'shop' });
    expect(idp.records.filter(({ event }) => event === 'token.limited')).toMatchObject([
      { actor: 'kiosk', subject: 'web', parentJti: expect.any(String) },
    ]);
    // The one that was refused is derived from nothing.
    expect(idp.derivations.size).toBe(2);
  });

  test('counts the tokens of workloads for the client that they stand for', async () => {
    const iat = Math.floor(idp.now / 1000);
    const assertion = await issuer.sign({
      iss: issuer.url,
      aud: 'https://id.example',
      sub: 'job',
      iat,
      exp: iat + 600,
    });
    const bear = () =>
      post(`${idp.url}/oauth2/token`, undefined, {
        grant_type: JWT_BEARER,
        assertion,
        scope: 'orders:refund',
      });
    expect((await bear()).status).toBe(200);
    expect((await bear()).status).toBe(200);
    expect((await bear()).status).toBe(429);
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.limited',
      actor: 'bot',
      externalIssuer: issuer.url,
      personal: { externalSubject: 'job' },
    });
  });

  test('that refused is in the audit log, with the scopes and what was asked for', async () => {
    for (let n = 0; n < 3; n += 1) await ask('orders:refund orders:read');
    expect(idp.records.map(({ event }) => event)).toEqual([
      'token.issued',
      'token.issued',
      'token.limited',
    ]);
    expect(idp.records.at(-1)).toMatchObject({
      decision: 'refused',
      actor: 'web',
      resourceServer: 'orders-api',
      audience: 'https://orders.example',
      requestedScopes: ['orders:refund', 'orders:read'],
      refusedScopes: [{ scope: 'orders:refund', reason: 'quota_exceeded' }],
      reason: 'temporarily_unavailable',
      detail: expect.stringContaining('`orders:refund`'),
    });
    expect(idp.records.at(-1)?.jti).toBeUndefined();
  });

  test('is told to whoever counts: each that a token met, and of a refusal those that are used up', async () => {
    await ask('orders:refund orders:cancel');
    await ask('orders:refund');
    idp.quotaEvents.splice(0);
    await ask('orders:refund orders:cancel');
    await ask('orders:cancel');
    const mode = 'enforce';
    expect(idp.quotaEvents).toEqual([
      { scope: 'orders:refund', mode, exceeded: true },
      { scope: 'orders:cancel', mode, exceeded: false },
    ]);
  });
});

describe('a quota that is observed', () => {
  test('refuses nothing, is told to no client, and its excess is in the audit log and with whoever counts', async () => {
    idp.publish(catalog('observe'));
    const answers = [await ask('orders:refund'), await ask('orders:refund')];
    expect(idp.records.every(({ detail }) => detail === undefined)).toBe(true);
    answers.push(await ask('orders:refund'));
    for (const { status, headers } of answers) {
      expect([status, headers.get('ratelimit')]).toEqual([200, null]);
    }
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.issued',
      detail: 'over quota: orders:refund',
    });
    const told = { scope: 'orders:refund', mode: 'observe' };
    expect(idp.quotaEvents).toEqual([
      { ...told, exceeded: false },
      { ...told, exceeded: false },
      { ...told, exceeded: true },
    ]);
  });

  test('is noted beside a deprecation', async () => {
    await ask('orders:old');
    await ask('orders:old');
    expect(idp.records.map(({ detail }) => detail)).toEqual([
      'deprecated: orders:old',
      'deprecated: orders:old; over quota: orders:old',
    ]);
  });

  test('goes on with its count when it comes to be enforced', async () => {
    idp.publish(catalog('observe'));
    for (let n = 0; n < 3; n += 1) await ask('orders:refund');
    idp.publish(catalog());
    expect((await ask('orders:refund')).status).toBe(429);
  });
});
