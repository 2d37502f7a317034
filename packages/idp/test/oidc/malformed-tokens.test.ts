import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CompactSign, decodeJwt } from 'jose';
import { tokenOf } from '../../../../test/support/oauth.ts';
import { OAUTH_ERRORS } from '../../src/oidc/oauth-errors.ts';
import { startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer } from '../support/external-issuer.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const AUDIENCE = 'https://id.acme.example';

let issuer: ExternalIssuer;
let idp: OidcHarness;

beforeAll(async () => {
  issuer = await startIssuer();
  idp = await startOidc(
    `
catalog: malformed
resourceServers:
  orders-api: { audience: 'https://orders.example', resources: { orders: { actions: { write: { description: W } } } } }
roles:
  shopper: { description: Shops, scopes: ['orders:*'] }
federation:
  ci:
    issuer: ${issuer.url}
    audience: ${AUDIENCE}
    rules: [{ match: { sub: 'repo:acme/shop' }, client: bot, scopes: ['orders:write'] }]
`,
    [
      clientNamed('front', { assignments: [{ role: 'shopper' }] }),
      clientNamed('bot', {
        ...{ auth: 'none', secrets: [], federatedIssuer: 'ci' },
        assignments: [{ role: 'shopper' }],
      }),
    ],
  );
});
beforeEach(() => {
  idp.records.splice(0);
  idp.log.splice(0);
});
afterAll(async () => {
  await Promise.all([idp.close(), issuer.close()]);
});

const CREDENTIAL = 'client_id=front&client_secret=front-secret';
const EXCHANGE = 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange&scope=orders:write';
const BEARER = 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&scope=orders:write';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** Whose tokens a place takes: Ambit's own, or those of an issuer outside. */
type Maker = 'ambit' | 'ci';

type Told = readonly [status: number, what: unknown];

const refused = (error: keyof typeof OAUTH_ERRORS): Told => [OAUTH_ERRORS[error].status, error];

/** A place where a token is taken. */
interface Door {
  readonly path?: string;
  /** Everything in the request but the token, which stands at the end. */
  readonly before: () => string | Promise<string>;
  readonly of: Maker;
  /** What is said of a token that is none. */
  readonly says: Told;
  /** What is said of one that no honest token is as long as, where that is something else. */
  readonly saysOfLong?: Told;
  /** What is said of an empty one, where that is something else than that the request is faulty. */
  readonly saysOfNone?: Told;
  /** The event on record, where it is no token request that was refused. */
  readonly event?: string;
}

const good = (): Promise<string> =>
  tokenOf(idp, { client_id: 'front', client_secret: 'front-secret' }, 'orders:write');
const invalid = refused('invalid_request');

const DOORS: readonly (readonly [string, Door])[] = [
  [
    'a subject_token that passes for an access token',
    {
      before: () => `${CREDENTIAL}&${EXCHANGE}&subject_token_type=${ACCESS_TOKEN}&subject_token=`,
      of: 'ambit',
      says: invalid,
    },
  ],
  [
    'a subject_token that passes for a JWT, of a client with a secret',
    {
      before: () => `${CREDENTIAL}&${EXCHANGE}&subject_token_type=${JWT}&subject_token=`,
      of: 'ambit',
      says: invalid,
    },
  ],
  [
    'a subject_token of a workload',
    {
      before: () => `client_id=bot&${EXCHANGE}&subject_token_type=${JWT}&subject_token=`,
      of: 'ci',
      says: invalid,
      saysOfNone: refused('invalid_client'), // nothing proves then who it is
    },
  ],
  [
    'an actor_token',
    {
      before: async () =>
        `${CREDENTIAL}&${EXCHANGE}&subject_token_type=${ACCESS_TOKEN}&subject_token=${await good()}&actor_token_type=${ACCESS_TOKEN}&actor_token=`,
      of: 'ambit',
      says: invalid,
    },
  ],
  [
    'an assertion',
    {
      before: () => `${BEARER}&assertion=`,
      of: 'ci',
      says: refused('invalid_grant'),
      saysOfLong: invalid,
    },
  ],
  [
    'a token at introspection',
    {
      path: '/oauth2/introspect',
      before: () => `${CREDENTIAL}&token=`,
      of: 'ambit',
      says: [200, { active: false }],
      event: 'token.introspected',
    },
  ],
  [
    'a token at revocation',
    {
      path: '/oauth2/revoke',
      before: () => `${CREDENTIAL}&token=`,
      of: 'ambit',
      says: [200, ''],
      saysOfLong: invalid,
      event: 'token.revoked',
    },
  ],
];

const encode = (part: string | Uint8Array): string => Buffer.from(part).toString('base64url');
const HEADER = encode('{"alg":"ES256","typ":"at+jwt","kid":"ES256"}');
const MARK = 'hushhushhush';

/** A payload signed as its maker signs, whatever it is. */
async function signed(
  of: Maker,
  payload: string | Uint8Array,
  header: object = {},
): Promise<string> {
  const [kid, typ, key] =
    of === 'ambit'
      ? ['ES256', 'at+jwt', idp.keys.active.get('ES256')?.privateKey]
      : [issuer.keys[0]?.kid, 'JWT', issuer.keys[0]?.privateKey];
  if (!key) throw new Error('there is no key');
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'ES256', typ, kid: kid ?? '', ...header })
    .sign(key as never);
}

/** The claims of a token that its place takes, as JSON. */
async function claimsOf(of: Maker): Promise<string> {
  if (of === 'ambit') return JSON.stringify(decodeJwt(await good()));
  const exp = Math.floor(idp.now / 1000) + 60;
  return JSON.stringify({ iss: issuer.url, aud: AUDIENCE, sub: 'repo:acme/shop', exp });
}

/** What stands for a token in the form, percent-encoded. */
type Shape = readonly [what: string, make: (of: Maker) => string | Promise<string>];

const SHAPES: readonly Shape[] = [
  ['white space', () => '+%09'],
  ['one part', () => `${MARK}${MARK}`],
  ['two parts', async (of) => (await signed(of, await claimsOf(of))).replace(/\.[^.]+$/, '')],
  ['four parts', async (of) => `${await signed(of, await claimsOf(of))}.${MARK}`],
  ['five parts', () => `${encode('{"alg":"dir","enc":"A256GCM"}')}..${MARK}.${MARK}.${MARK}`],
  ['dots alone', () => '....'],
  ['bytes that are no UTF-8', () => `%ff%fe%80${MARK}.%c3%28.%a0`],
  ['broken escapes', () => `%E0%A4%A${MARK}.%zz.x`],
  ['NUL bytes', () => `%00.%00${MARK}.%00`],
  ['a header that is no UTF-8', () => `${encode(Buffer.from([0x7b, 0xff, 0x7d]))}.e30.${MARK}`],
  ['a payload that is no UTF-8', (of) => signed(of, Buffer.from([0x7b, 0xff, 0x7d]))],
  ['a payload that is no JSON', (of) => signed(of, MARK)],
  ['a payload that is a list', (of) => signed(of, `["${MARK}"]`)],
  [
    'a JWT in a JWT',
    async (of) => signed(of, await signed(of, await claimsOf(of)), { cty: 'JWT' }),
  ],
  [
    'a claim twice',
    async (of) => {
      const claims = await claimsOf(of);
      const [first] = /"iss":"[^"]+"/.exec(claims) ?? [];
      return signed(of, `${claims.slice(0, -1)},${String(first)}}`);
    },
  ],
  [
    'a claim twice, once escaped',
    async (of) => {
      const claims = await claimsOf(of);
      return signed(
        of,
        `${claims.slice(0, -1)},${String(/"sub":"[^"]+"/.exec(claims)).replace('sub', '\\u0073ub')}}`,
      );
    },
  ],
  [
    'a claim twice within another',
    async (of) => signed(of, (await claimsOf(of)).replace('{', '{"x":{"a":1,"a":2},')),
  ],
  ['claims that nest without end', (of) => signed(of, '{"a":'.repeat(1500))],
];

describe.each(DOORS)('%s', (_what, door) => {
  const {
    path = '/oauth2/token',
    before,
    of,
    says,
    saysOfLong = says,
    saysOfNone = invalid,
    event,
  } = door;

  async function send(value: string) {
    const body = `${await before()}${value}`;
    idp.records.splice(0);
    const response = await fetch(idp.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    const text = await response.text();
    return {
      status: response.status,
      text,
      answer: text === '' ? '' : (JSON.parse(text) as Answer),
    };
  }

  /** Sends what is no token and sees that it is on record, and stands nowhere. */
  async function told(value: string): Promise<Told> {
    const { status, text, answer } = await send(value);
    expect(idp.records).toMatchObject([{ event: event ?? 'token.refused', decision: 'refused' }]);
    const everything = JSON.stringify([text, idp.records, idp.log]);
    expect(everything).not.toContain(MARK);
    for (const part of value.split('.').filter(({ length }) => length > 20)) {
      expect(everything).not.toContain(part);
    }
    return [status, typeof answer === 'object' ? (answer['error'] ?? answer) : answer];
  }

  test('as it should be: is taken, so that whatever is refused below is refused for its shape', async () => {
    const { status, answer } = await send(await signed(of, await claimsOf(of)));
    expect([status, idp.records.filter(({ decision }) => decision === 'refused')]).toEqual([
      ...[200, []],
    ]);
    expect(answer).not.toEqual({ active: false });
  });

  test.each(SHAPES)('%s: is no token', async (...[, make]) => {
    expect(await told(await make(of))).toEqual(says);
  });

  test('empty: is missing', async () => {
    expect(await told('')).toEqual(saysOfNone);
  });

  test.each([17_000, 56_000])('%i characters: is no token', async (length) => {
    expect(await told(long(length))).toEqual(saysOfLong);
  });

  test('longer than a whole request may be: is not read', async () => {
    expect(await told(long(56 * 1024))).toEqual(invalid);
  });
});

type Answer = Readonly<Record<string, unknown>>;

const long = (length: number): string => `${HEADER}.${'A'.repeat(length - HEADER.length - 3)}.AA`;
