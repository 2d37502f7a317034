import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { introspect, post, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential } from '../../../../test/support/oauth.ts';
import { newIssuerKey, startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer, IssuerKey } from '../support/external-issuer.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const AUDIENCE = 'https://id.acme.example';
const TEN_MINUTES_MS = 600_000;
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

let issuer: ExternalIssuer;
let other: ExternalIssuer;
let idp: OidcHarness;
let issued = 0;

const catalog = (changes: readonly (readonly [string, string])[] = []) =>
  changes.reduce(
    (text, [before, after]) => {
      if (!text.includes(before)) throw new Error(`not in the catalog: ${before}`);
      return text.replace(before, after);
    },
    `
catalog: federated
resourceServers:
  deploys-api:
    audience: https://deploys.example
    resources:
      deploys: { actions: { create: { description: C }, read: { description: R }, delete: { description: D } } }
  logs-api:
    audience: https://logs.example
    accessToken: { senderConstrained: dpop }
    resources: { logs: { actions: { read: { description: R } } } }
  audit-api:
    audience: https://audit.example
    resources: { events: { actions: { write: { description: W } } } }
roles:
  deployer: { description: Deploys, scopes: ['deploys:create', 'deploys:read', 'logs:read'] }
delegation:
  - { actor: { client: deploys }, holding: ['deploys:create'], may: ['events:write'] }
federation:
  ci:
    issuer: ${issuer.url}
    audience: ${AUDIENCE}
    rules:
      - { match: { sub: 'repo:acme/shop' }, client: deploy-bot, scopes: ['deploys:create', 'deploys:delete', 'logs:read'] }
      - { match: { sub: 'repo:acme/once' }, client: deploy-bot, scopes: ['deploys:create'], once: true }
      - { match: { sub: 'repo:acme/secret' }, client: secret-bot, scopes: ['deploys:create'] }
      - { match: { sub: 'repo:acme/others' }, client: others-bot, scopes: ['deploys:create'] }
      - { match: { sub: 'repo:acme/off' }, client: off-bot, scopes: ['deploys:create'] }
      - { match: { sub: 'repo:acme/root' }, client: root-bot, scopes: ['deploys:create'] }
      - { match: { sub: 'repo:acme/gone' }, client: gone-bot, scopes: ['deploys:create'] }
      - { match: { sub: 'repo:acme/tied' }, client: deploy-bot, scopes: ['deploys:create'] }
      - { match: { repository: 'acme/tied' }, client: deploy-bot, scopes: ['deploys:read'] }
  others:
    issuer: ${other.url}
    audience: ${AUDIENCE}
    rules:
      - { match: { sub: 'repo:acme/shop' }, client: deploy-bot, scopes: ['deploys:create'] }
`,
  );

const federated = (clientId: string, settings: object = {}) =>
  clientNamed(clientId, {
    auth: 'none',
    secrets: [],
    federatedIssuer: 'ci',
    assignments: [{ role: 'deployer' }],
    ...settings,
  });
const CLIENTS = [
  federated('deploy-bot'),
  clientNamed('secret-bot', { assignments: [{ role: 'deployer' }] }),
  clientNamed('federation', { assignments: [{ role: 'deployer' }] }),
  federated('others-bot', { federatedIssuer: 'others' }),
  federated('off-bot', { enabled: false }),
  federated('root-bot', { assignments: [{ role: 'deployer' }, { role: 'ambit-viewer' }] }),
  clientNamed('deploys', {
    resourceServers: [{ name: 'deploys-api', audience: 'https://deploys.example' }],
  }),
  clientNamed('audit', {
    resourceServers: [{ name: 'audit-api', audience: 'https://audit.example' }],
  }),
];
const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
  idp = await startOidc(catalog(), CLIENTS);
});
beforeEach(() => {
  idp.publish(catalog());
  idp.clients = new Map(CLIENTS.map((client) => [client.clientId, client]));
  idp.now = Date.now();
});
afterAll(async () => {
  await Promise.all([idp.close(), issuer.close(), other.close()]);
});

const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'repo:acme/shop',
  iat: Math.floor(idp.now / 1000),
  exp: Math.floor(idp.now / 1000) + 600,
  jti: `external-${(issued += 1)}`,
  ...changes,
});
const external = (changes?: JWTPayload) => issuer.sign(claims(changes));

/** Both grants that a token from elsewhere can be used with; their refusals differ in the code alone. */
const GRANTS = [
  [
    'token exchange',
    'invalid_request',
    (token: string) => ({ grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT }),
  ],
  [
    'jwt-bearer',
    'invalid_grant',
    (token: string) => ({ grant_type: JWT_BEARER, assertion: token }),
  ],
] as const;
const ask = (
  parameters: Record<string, string>,
  credential?: Credential,
  scope: string | undefined = 'deploys:create',
) =>
  post(`${idp.url}/oauth2/token`, credential, {
    ...parameters,
    ...(scope === undefined ? {} : { scope }),
  });
const exchange = (token: string, parameters: Record<string, string> = {}) =>
  ask({ ...GRANTS[0][2](token), ...parameters });
async function exchanged(changes?: JWTPayload, scope = 'deploys:create'): Promise<string> {
  const { status, body } = await exchange(await external(changes), { scope });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return String(body['access_token']);
}
function publicJwk({ jwk }: IssuerKey): JWK {
  const { kty, crv, x, y } = jwk as Record<string, string>;
  return { kty, crv, x, y } as JWK;
}
const proofOf = (key: IssuerKey, jti: string = randomUUID()) =>
  new SignJWT({
    htm: 'POST',
    htu: `${idp.url}/oauth2/token`,
    jti,
    iat: Math.floor(Date.now() / 1000),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk(key) })
    .sign(key.privateKey);
/** The order of the curve P-256 (FIPS 186-5); of a signature (r, s), (r, n - s) is another one. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
function mirrored(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const [r, s] = [0, 32].map((at) => Buffer.from(signature, 'base64url').subarray(at, at + 32));
  const other = P256_ORDER - BigInt(`0x${s?.toString('hex') ?? ''}`);
  const bytes = Buffer.from(other.toString(16).padStart(64, '0'), 'hex');
  return [header, payload, Buffer.concat([r ?? bytes, bytes]).toString('base64url')].join('.');
}
const seenBy = async (clientId: string, token: string) =>
  (await introspect(idp, secretOf(clientId), token)).body;

describe.each(GRANTS)('a workload by %s', (_grant, error, parametersOf) => {
  test('is the client that its rule names, without any secret', async () => {
    const { status, body } = await ask(parametersOf(await external()));
    expect([status, body['token_type'], body['scope']]).toEqual([200, 'Bearer', 'deploys:create']);
    const rule = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      sub: 'deploy-bot',
      client_id: 'deploy-bot',
      aud: 'https://deploys.example',
      scope: 'deploys:create',
      fed: { issuer: 'ci', rule },
    });
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.issued',
      decision: 'granted',
      actor: 'deploy-bot',
      client: 'deploy-bot',
      externalIssuer: issuer.url,
      personal: { address: '127.0.0.1', externalSubject: 'repo:acme/shop' },
      federation: { issuer: 'ci', rule },
    });
  });

  test('gets no token that outlives its own, however long the answer takes', async () => {
    idp.now = Date.now() - 10_000;
    const exp = Math.floor(idp.now / 1000) + 20;
    const { body } = await ask(parametersOf(await external({ exp })));
    expect(decodeJwt(String(body['access_token'])).exp).toBeLessThanOrEqual(exp);
  });

  test('may say who it is, but not that it is another', async () => {
    const token = await external();
    expect((await ask({ ...parametersOf(token), client_id: 'deploy-bot' })).status).toBe(200);
    for (const client_id of ['secret-bot', 'others-bot', 'off-bot', 'root-bot', 'nobody']) {
      const { status, body } = await ask({ ...parametersOf(token), client_id });
      // Which of them there are, it is not told.
      const error_description = 'the federation rule is for another client';
      expect([status, body]).toEqual([400, { error, error_description }]);
    }
  });

  test('[RFC 6749 §3.2.1] a client that authenticates must be the one that the rule names', async () => {
    const { status, body } = await ask(parametersOf(await external()), secretOf('secret-bot'));
    expect([status, body['error']]).toEqual([400, error]);
    const wrong = await ask(parametersOf(await external()), {
      client_id: 'deploy-bot',
      client_secret: 'guessed',
    });
    expect([wrong.status, wrong.body['error']]).toEqual([401, 'invalid_client']);
  });

  test.each([
    ['a scope beyond its rule', 'deploys:read', 'beyond_rule'],
    ['a scope of its rule that its client is not entitled to', 'deploys:delete', 'not_entitled'],
    ['a scope that nobody knows', 'deploys:fly', 'unknown'],
  ])('is not granted %s', async (_what, scope, reason) => {
    const { status, body } = await ask(parametersOf(await external()), undefined, scope);
    expect([status, body['error']]).toEqual([400, 'invalid_scope']);
    expect(body['scope_errors']).toEqual([expect.objectContaining({ scope, reason })]);
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.refused',
      actor: 'deploy-bot',
      personal: { externalSubject: 'repo:acme/shop' },
    });
  });

  test.each([
    ['no rule is for', 'repo:acme/fork', 'federation.no_rule'],
    ['a rule is for whose client has a secret', 'repo:acme/secret', 'federation.not_federated'],
    ['a rule of another issuer is for', 'repo:acme/others', 'federation.not_federated'],
    ['a rule is for whose client is disabled', 'repo:acme/off', 'federation.client_disabled'],
    ['a rule is for whose client governs', 'repo:acme/root', 'federation.client_governs'],
    ['a rule is for whose client is gone', 'repo:acme/gone', 'federation.not_federated'],
  ])('that %s gets nothing', async (_what, sub, code) => {
    const { status, body } = await ask(parametersOf(await external({ sub })));
    expect([status, body['error']]).toEqual([400, error]);
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.refused',
      decision: 'refused',
      reason: error,
      detail: expect.stringContaining(code),
      externalIssuer: issuer.url,
      personal: { externalSubject: sub },
    });
    expect(idp.records.at(-1)?.actor).toBeUndefined();
    expect(idp.proven.at(-1)).toBe(true); // its issuer has vouched for it
  });

  test('that two rules are for alike gets nothing', async () => {
    const token = await external({ sub: 'repo:acme/tied', repository: 'acme/tied' });
    const { body } = await ask(parametersOf(token));
    expect(body).toMatchObject({ error, error_description: expect.stringContaining('several') });
  });

  test('of an issuer that somebody else added cannot be a client of this one', async () => {
    const token = await other.sign(claims({ iss: other.url }));
    const { body } = await ask(parametersOf(token));
    expect(body['error']).toBe(error);
    expect(idp.records.at(-1)?.detail).toContain('federation.not_federated');
    const forged = await other.sign(claims());
    expect((await ask(parametersOf(forged))).body['error']).toBe(error);
    expect(idp.records.at(-1)?.detail).toContain('external.bad_signature');
    expect(idp.proven.at(-1)).toBe(false);
  });

  test('uses a token once where its rule says so, whatever the grant, and a refusal uses nothing', async () => {
    const once = await external({ sub: 'repo:acme/once' });
    expect((await ask(parametersOf(once), undefined, 'deploys:fly')).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(parametersOf(once))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    for (const [, fault, again] of GRANTS) {
      expect((await ask(again(once))).body).toMatchObject({ error: fault });
    }
    idp.now += TEN_MINUTES_MS; // a clock that is put on, where what is over is forgotten, and back
    const later = await external({ sub: 'repo:acme/once' });
    expect((await ask(parametersOf(later))).status).toBe(200);
    idp.now -= TEN_MINUTES_MS;
    expect((await ask(parametersOf(once))).status).toBe(400);
    const unnamed = await external({ sub: 'repo:acme/once', jti: undefined as never });
    expect((await ask(parametersOf(unnamed))).body['error']).toBe(error);
  });

  test('has no second use by another signature of the same claims, nor by other claims of the same jti', async () => {
    const once = await external({ sub: 'repo:acme/once' });
    expect((await ask(parametersOf(once))).status).toBe(200);
    const jti = String(decodeJwt(once).jti);
    for (const again of [mirrored(once), await external({ sub: 'repo:acme/once', jti, x: 1 })]) {
      const { body } = await ask(parametersOf(again));
      expect(body).toMatchObject({ error, error_description: expect.stringContaining('before') });
    }
  });

  test('gets nothing by claims that only tokens of Ambit mean something by', async () => {
    const { body } = await ask(
      parametersOf(
        await external({
          ...{ client_id: 'secret-bot', scope: 'deploys:delete', rev: 0, catalog_version: 0 },
          ...{ act: { sub: 'deploys' }, may_act: { sub: 'deploys' }, cnf: { jkt: 'x' } },
          fed: { issuer: 'others', rule: 'x' },
        }),
      ),
    );
    expect(decodeJwt(String(body['access_token']))).toEqual({
      ...{ iss: idp.url, aud: 'https://deploys.example', scope: 'deploys:create' },
      ...{ sub: 'deploy-bot', client_id: 'deploy-bot', jti: expect.any(String) },
      ...{ iat: expect.any(Number), exp: expect.any(Number) },
      ...{ rev: idp.revision, catalog_version: idp.version },
      fed: { issuer: 'ci', rule: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  test('keeps its one use, whatever a client with a speaking name uses up', async () => {
    const once = await external({ sub: 'repo:acme/once' });
    const key = await newIssuerKey('ES256', 'proof');
    const spent = await proofOf(key, `${issuer.url}\n${String(decodeJwt(once).jti)}`);
    const own = {
      grant_type: 'client_credentials',
      scope: 'deploys:create',
      client_id: 'federation',
    };
    const { status } = await fetch(`${idp.url}/oauth2/token`, {
      method: 'POST',
      headers: { dpop: spent },
      body: new URLSearchParams({ ...own, client_secret: 'federation-secret' }),
    });
    expect(status).toBe(200);
    expect((await ask(parametersOf(once))).status).toBe(200);
  });

  test('that shows no genuine token learns nothing, and leaves none behind', async () => {
    const [head, body, signature = ''] = (await external()).split('.');
    const foreign = await newIssuerKey('ES256', 'ES256-1');
    const forgeries = [
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      await issuer.sign(claims(), foreign),
      await issuer.sign(claims({ sub: 'repo:acme/fork' }), foreign),
      await issuer.sign(claims({ aud: 'https://other.example' }), foreign),
      await issuer.sign(claims({ iss: 'https://nobody.example' })),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`,
      'x',
      'x'.repeat(16_384),
      'a.b.c.d.e',
      `${head}.${Buffer.from([0x7b, 0xff]).toString('base64url')}.${signature}`,
      `${head}.${Buffer.from('{"iss":"a","iss":"b"}').toString('base64url')}.${signature}`,
    ];
    for (const forgery of forgeries) {
      const answer = await ask(parametersOf(forgery));
      expect([answer.status, answer.body]).toEqual([
        400,
        {
          error,
          error_description: 'the token is not one that a trusted issuer vouches for',
        },
      ]);
      expect(idp.records.at(-1)).toMatchObject({ event: 'token.refused', reason: error });
      expect(idp.records.at(-1)?.externalIssuer).toBeUndefined();
      expect(idp.records.at(-1)?.personal).toEqual({ address: '127.0.0.1' });
      if (forgery.length > 9) expect(JSON.stringify(idp.records.at(-1))).not.toContain(forgery);
    }
  });

  test.each([
    ['for another audience', { aud: 'https://other.example' }, 'audience'],
    ['that has expired', { exp: 1_000_000_000 }, 'expired'],
    ['that is not valid yet', { nbf: 4_000_000_000 }, 'not valid yet'],
  ])('that shows a genuine token %s learns why', async (_what, changes, why) => {
    const { body } = await ask(parametersOf(await external(changes)));
    expect(body).toMatchObject({ error, error_description: expect.stringContaining(why) });
  });

  test.each<[string, ExternalIssuer['answer']]>([
    ['is gone', (request) => request.socket.destroy() !== undefined],
    ['says nothing', () => true],
    [
      'sends one on to a private address',
      (_request, response) => {
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
        return true;
      },
    ],
    [
      'has more to say than anybody',
      (_request, response) => {
        response.end(JSON.stringify({ keys: 'x'.repeat(300_000) }));
        return true;
      },
    ],
  ])('whose issuer %s may come again', async (_what, answer) => {
    const broken = await startIssuer();
    if (answer) broken.answer = answer;
    idp.publish(catalog([[`issuer: ${other.url}`, `issuer: ${broken.url}`]]));
    const token = await broken.sign(claims({ iss: broken.url }));
    const { status, headers, body } = await ask(parametersOf(token));
    expect([status, headers.get('retry-after'), body['error']]).toEqual([
      503,
      '5',
      'temporarily_unavailable',
    ]);
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.refused',
      detail: expect.stringContaining('external.issuer_unavailable'),
    });
    expect(JSON.parse(idp.log.at(-2) ?? '')).toMatchObject({
      level: 'warn',
      msg: 'issuer unavailable',
    });
    await broken.close();
  });

  test('whose issuer points to a place without end fills no record and no log with it', async () => {
    const broken = await startIssuer();
    broken.answer = (_request, response) => {
      const jwks_uri = `${broken.url}/${'x'.repeat(10_000)}`;
      response.end(JSON.stringify({ issuer: broken.url, jwks_uri }));
      return true;
    };
    idp.publish(catalog([[`issuer: ${other.url}`, `issuer: ${broken.url}`]]));
    const lines = idp.log.length;
    const { status } = await ask(parametersOf(await broken.sign(claims({ iss: broken.url }))));
    await broken.close();
    expect(status).toBe(503);
    expect(JSON.stringify(idp.records.at(-1)).length).toBeLessThan(2000);
    expect(idp.log.slice(lines).join('').length).toBeLessThan(5000);
  });

  test('[RFC 9449 §5] gets a bound token where the resource server wants one, or none', async () => {
    const key = await newIssuerKey('ES256', 'proof');
    const dpop = await proofOf(key);
    const response = await fetch(`${idp.url}/oauth2/token`, {
      method: 'POST',
      headers: { dpop },
      body: new URLSearchParams({ ...parametersOf(await external()), scope: 'logs:read' }),
    });
    const bound = (await response.json()) as Record<string, unknown>;
    expect([response.status, bound['token_type']]).toEqual([200, 'DPoP']);
    expect(decodeJwt(String(bound['access_token']))['cnf']).toEqual({
      jkt: await calculateJwkThumbprint(publicJwk(key)),
    });
    const { status, body } = await ask(parametersOf(await external()), undefined, 'logs:read');
    expect([status, body['error']]).toEqual([400, 'invalid_dpop_proof']);
  });
});

describe('the request of a workload', () => {
  test('[RFC 8693 §2.2.1] names its target by audience, resource or the name of a resource server', async () => {
    for (const target of [
      { audience: 'deploys-api' },
      { audience: 'https://deploys.example' },
      { resource: 'https://deploys.example' },
      { resource: 'https://deploys.example', audience: 'deploys-api' },
    ]) {
      const { status, body } = await exchange(await external(), target);
      expect([status, body['issued_token_type']]).toEqual([200, ACCESS_TOKEN]);
    }
    const { body } = await exchange(await external(), { audience: 'logs-api' });
    expect(body['error']).toBe('invalid_scope');
    const two = await exchange(await external(), {
      audience: 'logs-api',
      resource: 'https://deploys.example',
    });
    expect(two.body['error']).toBe('invalid_target');
  });

  test.each(['resource', 'audience'])(
    '[RFC 8707 §2] that names its target twice by `%s` is refused, were it the same one',
    async (parameter) => {
      const { status, body } = await post(`${idp.url}/oauth2/token`, undefined, [
        ...Object.entries(GRANTS[0][2](await external())),
        ['scope', 'deploys:create'],
        [parameter, 'https://deploys.example'],
        [parameter, 'https://deploys.example'],
      ]);
      expect([status, body['error']]).toEqual([400, 'invalid_target']);
    },
  );

  test('[RFC 8693 §3] may call its token an ID token, but no access token', async () => {
    const types = ['id_token', 'access_token', 'refresh_token', 'saml2'];
    const answers = await Promise.all(
      types.map(async (type) => {
        const subject_token_type = `urn:ietf:params:oauth:token-type:${type}`;
        return (await exchange(await external(), { subject_token_type })).status;
      }),
    );
    expect(answers).toEqual([200, 401, 401, 401]);
  });

  test('takes no actor token, and yields nothing but access tokens', async () => {
    const actor = { actor_token: await external(), actor_token_type: JWT };
    expect((await exchange(await external(), actor)).body['error']).toBe('invalid_request');
    const requested_token_type = 'urn:ietf:params:oauth:token-type:id_token';
    expect((await exchange(await external(), { requested_token_type })).body['error']).toBe(
      'invalid_request',
    );
  });

  test('with its token twice, or without one, is refused', async () => {
    const token = await external();
    const twice = await post(`${idp.url}/oauth2/token`, undefined, [
      ['grant_type', JWT_BEARER],
      ['assertion', token],
      ['assertion', token],
    ]);
    expect([twice.status, twice.body['error']]).toEqual([400, 'invalid_request']);
    const authenticated = await ask({ grant_type: JWT_BEARER }, secretOf('secret-bot'));
    expect([authenticated.status, authenticated.body['error']]).toEqual([400, 'invalid_request']);
    const without = await ask({ grant_type: JWT_BEARER });
    expect([without.status, without.body['error']]).toEqual([400, 'invalid_request']);
  });

  test("a token of Ambit's own still wants an authenticated client", async () => {
    const own = await tokenOf(idp, secretOf('secret-bot'), 'deploys:create');
    expect((await exchange(own)).status).toBe(401);
    const asserted = await ask({ grant_type: JWT_BEARER, assertion: own });
    expect([asserted.status, asserted.body['error']]).toEqual([400, 'invalid_grant']);
  });

  test('by no other grant makes a federated client come in', async () => {
    for (const credential of [
      { client_id: 'deploy-bot' },
      { client_id: 'deploy-bot', assertion: await external() },
      { client_id: 'deploy-bot', subject_token: await external(), subject_token_type: JWT },
    ]) {
      const { status } = await ask({ grant_type: 'client_credentials', ...credential });
      expect(status).toBe(401);
    }
    const { status } = await post(`${idp.url}/oauth2/introspect`, undefined, {
      client_id: 'deploy-bot',
      token: await external(),
      grant_type: JWT_BEARER,
      assertion: await external(),
    });
    expect(status).toBe(401);
  });
});

describe("a workload's token", () => {
  test('[RFC 7662 §2.2] is introspected with the rule it came by', async () => {
    const token = await exchanged();
    expect(await seenBy('deploys', token)).toMatchObject({
      active: true,
      client_id: 'deploy-bot',
      fed: decodeJwt(token)['fed'],
    });
  });

  test.each([
    [
      'its rule is removed',
      () =>
        idp.publish(
          catalog([
            [
              "{ sub: 'repo:acme/shop' }, client: deploy-bot, scopes: ['deploys:create', '",
              "{ sub: 'repo:acme/shopping' }, client: deploy-bot, scopes: ['deploys:create', '",
            ],
          ]),
        ),
    ],
    [
      'its rule no longer lists the scope',
      () => idp.publish(catalog([["'deploys:create', 'deploys:delete'", "'deploys:delete'"]])),
    ],
    [
      'its rule names another client',
      () =>
        idp.publish(
          catalog([
            [
              "client: deploy-bot, scopes: ['deploys:create', '",
              "client: off-bot, scopes: ['deploys:create', '",
            ],
          ]),
        ),
    ],
    [
      'the audience of its issuer changes',
      () => idp.publish(catalog([[`audience: ${AUDIENCE}`, 'audience: https://new.example']])),
    ],
    [
      'its issuer becomes another',
      () => idp.publish(catalog([[`issuer: ${issuer.url}`, 'issuer: https://new.example']])),
    ],
    [
      'its client is disabled',
      () => idp.clients.set('deploy-bot', federated('deploy-bot', { enabled: false })),
    ],
    [
      'its client is federated with another issuer',
      () => idp.clients.set('deploy-bot', federated('deploy-bot', { federatedIssuer: 'others' })),
    ],
    [
      'its client is no longer federated',
      () =>
        idp.clients.set(
          'deploy-bot',
          clientNamed('deploy-bot', { assignments: [{ role: 'deployer' }] }),
        ),
    ],
    [
      'its client comes to govern',
      () =>
        idp.clients.set(
          'deploy-bot',
          federated('deploy-bot', {
            assignments: [{ role: 'deployer' }, { role: 'ambit-viewer' }],
          }),
        ),
    ],
    [
      'its client loses the role',
      () => idp.clients.set('deploy-bot', federated('deploy-bot', { assignments: [] })),
    ],
    ['its client is deleted', () => idp.clients.delete('deploy-bot')],
  ])('dies, with what was exchanged for it, when %s', async (_what, change) => {
    const token = await exchanged();
    const { body } = await post(`${idp.url}/oauth2/token`, secretOf('deploys'), {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      scope: 'events:write',
    });
    const derived = String(body['access_token']);
    expect((await seenBy('audit', derived))['active']).toBe(true);
    change();
    expect(await seenBy('deploys', token)).toEqual({ active: false });
    expect(await seenBy('audit', derived)).toEqual({ active: false });
  });

  test('lives on when rules around its own change', async () => {
    const token = await exchanged();
    idp.publish(
      catalog([
        [
          "scopes: ['deploys:create', 'deploys:delete', 'logs:read'] }",
          "scopes: ['deploys:create'] }",
        ],
        [
          '    rules:\n',
          "    rules:\n      - { match: { sub: 'repo:acme/new' }, client: deploy-bot, scopes: ['deploys:read'] }\n",
        ],
      ]),
    );
    expect((await seenBy('deploys', token))['active']).toBe(true);
  });
});
