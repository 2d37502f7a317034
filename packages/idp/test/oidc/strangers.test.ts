import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

let server: OidcHarness;
beforeAll(async () => {
  server = await startOidc(SHOP, [clientNamed('viewer', { assignments: [{ role: 'viewer' }] })]);
});
afterAll(() => server.close());
beforeEach(() => {
  server.records.splice(0);
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** `fetch` would keep some of these headers to itself. */
const send = (
  path: string,
  body: string,
  headers: Record<string, string>,
  method = 'POST',
): Promise<Answer> =>
  new Promise((resolve, reject) => {
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

const unsigned = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** The body and headers of a request by a client of some name. */
type Attempt = (clientId: string) => readonly [body: string, headers: Record<string, string>];

describe('a stranger', () => {
  const ASK = 'grant_type=client_credentials&scope=orders:read&token=x';
  const basic = (clientId: string) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:guess`).toString('base64')}`,
  });

  test('is told from a client in the record of a refusal, since only strangers are counted together', async () => {
    const refused = async (body: string, headers: Record<string, string>) => {
      await send('/oauth2/token', body, headers);
      return [server.records.at(-1)?.decision, server.proven.at(-1)];
    };
    const credential = Buffer.from('viewer:viewer-secret').toString('base64');
    const known = { authorization: `Basic ${credential}` };
    expect(await refused(ASK, basic('viewer'))).toEqual(['refused', false]);
    expect(await refused(ASK, {})).toEqual(['refused', false]);
    expect(await refused('grant_type=client_credentials&scope=no:such', known)).toEqual([
      'refused',
      true,
    ]);
  });

  test.each<readonly [string, Attempt]>([
    ['a guessed secret', (id: string) => [ASK, basic(id)] as const],
    ['a name alone', (id: string) => [`${ASK}&client_id=${id}`, {}] as const],
    [
      'the origin of a page',
      (id: string) => [ASK, { ...basic(id), origin: 'https://evil.example' }],
    ],
    [
      'an attestation',
      (id: string) => [ASK, { 'oauth-client-attestation': unsigned({ sub: id }) }],
    ],
    [
      'a proof of an attestation',
      (id: string) => [`${ASK}&client_id=${id}`, { 'oauth-client-attestation-pop': 'x' }],
    ],
    [
      'an assertion that nobody signed',
      (id: string) => [
        `${ASK}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=${unsigned({ sub: id })}`,
        {},
      ],
    ],
  ])('cannot tell by %s whether there is a client of a name', async (_how, attempt) => {
    for (const path of ['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke']) {
      const answers = await Promise.all(
        ['viewer', 'nobody'].map(async (id) => {
          const { status, text } = await send(path, ...attempt(id));
          return { status, text };
        }),
      );
      expect(answers[0]).toEqual(answers[1]);
    }
  });

  test('is not told by any answer that pages of other origins may read it', async () => {
    const origin = { origin: 'https://evil.example' };
    const answers = await Promise.all([
      send('/oauth2/token', `${ASK}&client_id=viewer&client_secret=viewer-secret`, origin),
      send('/.well-known/openid-configuration', '', origin, 'GET'),
      send('/oauth2/jwks', '', origin, 'GET'),
    ]);
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test.each([
    ['two ways to authenticate at once', 'client_id=viewer&client_secret=x', basic('viewer')],
    ['a parameter that is too long', `client_id=viewer&client_secret=${'x'.repeat(600)}`, {}],
    [
      'an assertion of no type',
      `client_id=viewer&client_assertion=${unsigned({ sub: 'viewer' })}`,
      {},
    ],
  ])('writes no record in the name of a client by %s', async (_how, body, headers) => {
    for (const path of ['/oauth2/token', '/oauth2/introspect']) {
      expect(
        (await send(path, `grant_type=client_credentials&token=x&${body}`, headers)).status,
      ).toBe(400);
    }
    expect(server.records).toHaveLength(2);
    for (const record of server.records) {
      expect(record).toMatchObject({ decision: 'refused', reason: 'invalid_request' });
      expect(record.actor).toBeUndefined();
    }
  });

  test('fills no record with what no scope could be', async () => {
    const scope = `${'x'.repeat(40_000)} ${'y '.repeat(5000)}`;
    await send('/oauth2/token', `grant_type=client_credentials&scope=${scope}`, basic('viewer'));
    expect(server.records).toHaveLength(1);
    expect(JSON.stringify(server.records).length).toBeLessThan(2000);
  });

  test('is in the log by the name that was claimed where authentication failed', async () => {
    await send('/oauth2/token', `${ASK}&client_id=viewer&client_secret=guess`, {});
    expect(server.records).toMatchObject([{ actor: 'viewer', reason: 'invalid_client' }]);
  });

  test('of no such client is in the log by that name only where it came in the body', async () => {
    await send('/oauth2/token', ASK, basic('nobody'));
    await send('/oauth2/token', `${ASK}&client_id=nobody&client_secret=guess`, {});
    expect(server.records.map(({ actor, reason }) => [actor, reason])).toEqual([
      [undefined, 'invalid_client'],
      ['nobody', 'invalid_client'],
    ]);
  });
});
