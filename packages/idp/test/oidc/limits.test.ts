import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { introspect, post, requestToken, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { OAuthAnswer } from '../../../../test/support/oauth.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { HarnessOptions, OidcHarness } from '../support/oidc-harness.ts';

const VIEWER = { client_id: 'viewer', client_secret: 'viewer-secret' };
const OTHER = { client_id: 'other', client_secret: 'other-secret' };
const WRONG = { client_id: 'viewer', client_secret: 'guess' };

let server: OidcHarness;
afterEach(() => server.close());

async function start(limits: HarnessOptions): Promise<void> {
  const assignments = [{ role: 'viewer' }];
  server = await startOidc(
    SHOP,
    [clientNamed('viewer', { assignments }), clientNamed('other', { assignments })],
    undefined,
    limits,
  );
}
const ask = (credential = VIEWER) => requestToken(server, credential, { scope: 'orders:read' });
const retryAfter = ({ headers }: OAuthAnswer): number => Number(headers.get('retry-after'));

describe('the requests of a client', () => {
  beforeEach(() => start({ requestsPerMinute: 3 }));

  test('[RFC 6585 §4] beyond its limit are 429 with `temporarily_unavailable` and the time to wait', async () => {
    for (let n = 0; n < 3; n += 1) expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      error: 'temporarily_unavailable',
      error_description: expect.stringMatching(
        /^this client may make 3 requests in 60 s; try again in \d+ s$/,
      ),
    });
    expect(retryAfter(refused)).toBeGreaterThan(0);
    expect(retryAfter(refused)).toBeLessThanOrEqual(60);
  });

  test('count at all endpoints together, and for itself alone', async () => {
    const token = await tokenOf(server, VIEWER, 'orders:read');
    expect((await introspect(server, VIEWER, token)).body['active']).toBe(true);
    expect((await revoke(server, VIEWER, token)).status).toBe(200);
    for (const refused of [
      await ask(),
      await introspect(server, VIEWER, token),
      await revoke(server, VIEWER, token),
    ]) {
      expect([refused.status, refused.body['error']]).toEqual([429, 'temporarily_unavailable']);
    }
    expect((await ask(OTHER)).status).toBe(200);
  });

  test('are not counted before it has proved who it is, whoever uses its name', async () => {
    for (let n = 0; n < 20; n += 1) expect((await ask(WRONG)).status).toBe(401);
    for (let n = 0; n < 3; n += 1) expect((await ask()).status).toBe(200);
  });

  test('that are refused for another reason count as well', async () => {
    const unknown = () => requestToken(server, VIEWER, { scope: 'nothing:here' });
    for (let n = 0; n < 3; n += 1) expect((await unknown()).status).toBe(400);
    expect((await unknown()).status).toBe(429);
  });

  test('are told where the limit stands, and nobody else is', async () => {
    const policy = '"client";q=3;w=60';
    const answers = [await ask(), await requestToken(server, VIEWER, { scope: 'no:where' })];
    answers.push(await ask(), await ask());
    for (const [index, { headers }] of answers.entries()) {
      expect(headers.get('ratelimit-policy')).toBe(policy);
      const left = Math.max(0, 2 - index);
      expect(headers.get('ratelimit')).toMatch(
        new RegExp(`^"client";r=${left};t=(?:60|[1-5]\\d)$`),
      );
    }
    for (const { headers } of [
      await ask(WRONG),
      await post(`${server.url}/oauth2/token`, undefined, {}),
    ]) {
      expect([headers.get('ratelimit-policy'), headers.get('ratelimit')]).toEqual([null, null]);
    }
  });

  test('that were refused are in the audit log as such, with who made them and why', async () => {
    for (let n = 0; n < 4; n += 1) await ask();
    expect(server.records.at(-1)).toMatchObject({
      event: 'token.limited',
      decision: 'refused',
      actor: 'viewer',
      requestedScopes: ['orders:read'],
      reason: 'temporarily_unavailable',
      detail: expect.stringContaining('3 requests in 60 s'),
    });
    await introspect(server, VIEWER, 'x');
    expect(server.records.at(-1)).toMatchObject({ event: 'token.limited', actor: 'viewer' });
  });
});

test('a client without a limit is told of none', async () => {
  await start({ requestsPerMinute: 0 });
  const { status, headers } = await ask();
  expect([status, headers.get('ratelimit-policy'), headers.get('ratelimit')]).toEqual([
    200,
    null,
    null,
  ]);
});

describe('failures to authenticate', () => {
  beforeEach(() => start({ freeFailures: 5, trustProxy: ['127.0.0.1'] }));

  const by = (address: string) => ({ 'x-forwarded-for': address });
  const guess = (address = '192.0.2.1', credential = WRONG) =>
    post(
      `${server.url}/oauth2/token`,
      credential,
      { grant_type: 'client_credentials', scope: 'orders:read' },
      by(address),
    );
  async function guesses(times: number, ...how: Parameters<typeof guess>) {
    const answers: OAuthAnswer[] = [];
    for (let n = 0; n < times; n += 1) answers.push(await guess(...how));
    return answers;
  }
  const statuses = (answers: readonly OAuthAnswer[]) => answers.map(({ status }) => status);

  test('are 401 five times, and then 429 with a time to wait that grows', async () => {
    const answers = await guesses(12);
    expect(statuses(answers)).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429, 429, 429, 429]);
    expect(answers.slice(5).map(retryAfter)).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(answers[4]?.body['error']).toBe('invalid_client');
    expect(answers[5]?.body).toEqual({
      error: 'temporarily_unavailable',
      error_description:
        'client authentication has failed too often from this address; try again in 1 s',
    });
    expect(answers[5]?.headers.has('www-authenticate')).toBe(false);
  });

  test('never refuse a right credential, which is asked first, and end with it', async () => {
    await guesses(30);
    expect((await guess('192.0.2.1', VIEWER)).status).toBe(200);
    expect(statuses(await guesses(6))).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await guess('192.0.2.1', VIEWER)).status).toBe(200);
  });

  test('from one address are nothing to another, nor is what a right credential ends there', async () => {
    await guesses(6);
    expect((await guess('192.0.2.2')).status).toBe(401);
    expect((await guess('192.0.2.2', VIEWER)).status).toBe(200);
    expect((await guess()).status).toBe(429);
    expect((await guess('192.0.2.1', { ...OTHER, client_secret: 'guess' })).status).toBe(401);
  });

  test('from one IPv6 network count together', async () => {
    for (let host = 1; host <= 5; host += 1) await guess(`2001:db8::${host}`);
    expect((await guess('2001:db8::ffff')).status).toBe(429);
    expect((await guess('2001:db8:0:1::1')).status).toBe(401);
  });

  test('by an address that nobody vouches for are those of the connection', async () => {
    await server.close();
    await start({ freeFailures: 5 });
    for (let host = 1; host <= 5; host += 1) await guess(`192.0.2.${host}`);
    expect((await guess('192.0.2.6')).status).toBe(429);
  });

  test('stay in the audit log what they are', async () => {
    await guesses(7);
    for (const record of server.records) {
      expect(record).toMatchObject({ event: 'token.refused', reason: 'invalid_client' });
    }
    expect(server.records).toHaveLength(7);
  });

  const unsigned = (claims: object): string =>
    ['{"alg":"ES256"}', JSON.stringify(claims), 'x']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

  test.each<readonly [string, (name: string) => readonly [string, Record<string, string>]]>([
    ['a secret in the header', (name) => ['', { authorization: `Basic ${btoa(`${name}:x`)}` }]],
    ['a secret in the body', (name) => [`client_id=${name}&client_secret=x`, {}]],
    ['a name alone', (name) => [`client_id=${name}`, {}]],
    [
      'an assertion',
      (name) => [
        `client_assertion_type=${ASSERTION}&client_assertion=${unsigned({ sub: name })}`,
        {},
      ],
    ],
  ])('by %s tell nobody whether there is such a client', async (_how, attempt) => {
    const send = async (name: string) => {
      const [body, headers] = attempt(name);
      const response = await fetch(`${server.url}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: `grant_type=client_credentials&${body}`,
      });
      return [response.status, await response.text()];
    };
    for (let n = 0; n < 8; n += 1) {
      const known = await send('viewer');
      expect(known[0]).toBe(n < 5 ? 401 : 429);
      expect(await send('nobody')).toEqual(known);
      // Each name is counted for itself, one that nobody has as well.
      expect((await send(`nobody-${n}`))[0]).toBe(401);
    }
  });
});
