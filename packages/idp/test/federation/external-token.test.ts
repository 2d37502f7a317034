import { createHmac, createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FederationEntry } from '@ambit/scope-catalog';
import type { JWTPayload } from 'jose';
import { verifyExternalToken } from '../../src/federation/external-token.ts';
import { createFetchDocument } from '../../src/federation/fetch-document.ts';
import { createIssuerKeys } from '../../src/federation/issuer-keys.ts';
import type { IssuerKeys } from '../../src/federation/issuer-keys.ts';
import { newIssuerKey, startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer } from '../support/external-issuer.ts';

const NOW = 1_900_000_000;
const AUDIENCE = 'https://id.acme.example';
let issuer: ExternalIssuer;
let keys: IssuerKeys;
beforeAll(async () => {
  issuer = await startIssuer();
  issuer.keys.push(
    await newIssuerKey('RS256'),
    await newIssuerKey('PS384'),
    await newIssuerKey('EdDSA'),
  );
  keys = createIssuerKeys({
    fetchDocument: createFetchDocument({ allowPrivate: true }),
    clock: () => NOW * 1000,
  });
});
afterAll(() => issuer.close());

const entry = (): FederationEntry => ({ issuer: issuer.url, audience: AUDIENCE, rules: [] });
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'repo:acme/shop',
  exp: NOW + 300,
  iat: NOW,
  ...changes,
});
async function verify(token: string, federation = new Map([['ci', entry()]])): Promise<string> {
  const verified = await verifyExternalToken(token, federation, keys, NOW * 1000);
  return verified.ok
    ? `${verified.value.issuerName}: ${verified.value.claims.sub}`
    : verified.error.code;
}
const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const CLAIMS_GOOD = 'ci: repo:acme/shop';

describe('an external token', () => {
  test('is accepted by what its issuer signed, with each kind of key', async () => {
    for (const key of issuer.keys) {
      expect(await verify(await issuer.sign(claims(), key))).toBe(CLAIMS_GOOD);
    }
  });

  test.each([
    ['`aud` as an array of exactly it', { aud: [AUDIENCE] }, CLAIMS_GOOD],
    ['another audience', { aud: 'https://other.example' }, 'wrong_audience'],
    ['two audiences', { aud: [AUDIENCE, 'https://other.example'] }, 'wrong_audience'],
    ['no audience', { aud: [] }, 'wrong_audience'],
    ['an audience with a slash more', { aud: `${AUDIENCE}/` }, 'wrong_audience'],
    ['an audience in an array in an array', { aud: [[AUDIENCE]] as never }, 'wrong_audience'],
    ['another issuer', { iss: 'https://issuer.example' }, 'untrusted_issuer'],
    ['no issuer', { iss: undefined as never }, 'untrusted_issuer'],
    ['no subject', { sub: undefined as never }, 'claims_invalid'],
    ['an empty subject', { sub: '' }, 'claims_invalid'],
    ['an endless subject', { sub: 'x'.repeat(1025) }, 'claims_invalid'],
    ['no expiry', { exp: undefined as never }, 'claims_invalid'],
    ['an expiry in words', { exp: '2099-01-01' as never }, 'claims_invalid'],
    ['an expiry at this moment', { exp: NOW }, 'expired'],
    ['a beginning in five seconds', { nbf: NOW + 5 }, CLAIMS_GOOD],
    ['a beginning later than that', { nbf: NOW + 6 }, 'not_yet_valid'],
    ['an issuance in the future', { iat: NOW + 6 }, 'not_yet_valid'],
    ['a `jti` that is no text', { jti: 1 as never }, 'claims_invalid'],
  ] as const)('[RFC 7523 §3] with %s', async (_what, changes, expected) => {
    expect(await verify(await issuer.sign(claims(changes as JWTPayload)))).toBe(expected);
  });

  test.each([
    ['it has no type', { typ: undefined }, CLAIMS_GOOD],
    ['it is an access token', { typ: 'at+jwt' }, 'wrong_type'],
    ['it is a logout token', { typ: 'logout+jwt' }, 'wrong_type'],
    ['it is a DPoP proof', { typ: 'dpop+jwt' }, 'wrong_type'],
    ['its kid is of no key', { kid: 'forged' }, 'unknown_key'],
    ['its kid is a path', { kid: '../../../../dev/null' }, 'unknown_key'],
    ['its kid is a query', { kid: "' union select 'key" }, 'unknown_key'],
    ['its kid is another key of the issuer', { kid: 'EdDSA-1' }, 'wrong_algorithm'],
    ['it has no kid and its issuer has one fitting key', { kid: undefined }, CLAIMS_GOOD],
  ])('[RFC 8725 §3] when %s', async (_what, header, expected) => {
    const [key] = issuer.keys;
    expect(await verify(await issuer.sign(claims(), key, header as never))).toBe(expected);
  });

  test('[RFC 8725 §3.1] that is not signed is refused', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      expect(await verify(`${part({ alg })}.${part(claims())}.`)).toBe('wrong_algorithm');
      expect(await verify(`${part({ alg })}.${part(claims())}.AAAA`)).toBe('wrong_algorithm');
    }
    const [head, body] = (await issuer.sign(claims())).split('.');
    expect(await verify(`${head}.${body}.`)).toBe('bad_signature');
  });

  test('[RFC 8725 §2.1] that is signed with a public key as if it were a secret is refused', async () => {
    const [, rsa] = issuer.keys;
    const publicKey = createPublicKey({ key: rsa?.jwk as JsonWebKey, format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(rsa?.jwk),
    ];
    const keyless = `${part({ alg: 'HS256', kid: 'forged' })}.${part(claims())}.AAAA`;
    expect(await verify(keyless)).toBe('wrong_algorithm');
    for (const secret of secrets) {
      const signed = `${part({ alg: 'HS256', kid: rsa?.kid })}.${part(claims())}`;
      const mac = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await verify(`${signed}.${mac}`)).toBe('wrong_algorithm');
    }
  });

  test('[RFC 8725 §3.10] that brings a key of its own, or a place of one, is refused, and nobody is asked there', async () => {
    const own = await newIssuerKey('ES256', 'own');
    const before = issuer.asked.length;
    const headers = [
      { jwk: own.jwk },
      { jku: `${issuer.url}/own-jwks` },
      { x5u: `${issuer.url}/own-cert` },
      { x5c: ['MIIB'] },
    ];
    for (const header of headers) {
      expect(await verify(await issuer.sign(claims(), own, header))).toBe('unknown_key');
      expect(await verify(await issuer.sign(claims(), { ...own, kid: 'ES256-1' }, header))).toBe(
        'bad_signature',
      );
    }
    expect(issuer.asked.slice(before).join()).not.toContain('own');
  });

  test('[RFC 7515 §4.1.11] that wants something understood is refused', async () => {
    const signature = (await issuer.sign(claims())).split('.')[2] ?? '';
    for (const header of [
      { crit: ['b64'], b64: false },
      { crit: ['x'], x: 1 },
      { crit: [] },
      { b64: true },
    ]) {
      const token = `${part({ alg: 'ES256', kid: 'ES256-1', ...header })}.${part(claims())}.${signature}`;
      expect(await verify(token)).toBe('critical_header');
    }
  });

  test('that was altered in any part is refused', async () => {
    const [head = '', , signature = ''] = (await issuer.sign(claims())).split('.');
    expect(await verify(`${head}.${part(claims({ sub: 'repo:acme/other' }))}.${signature}`)).toBe(
      'bad_signature',
    );
    expect(
      await verify(
        `${part({ alg: 'ES256', kid: 'ES256-1', x: 1 })}.${part(claims())}.${signature}`,
      ),
    ).toBe('bad_signature');
  });

  test.each([
    ['empty', ''],
    ['one part', 'x'],
    ['five parts', 'e30.e30.e30.e30.e30'],
    ['no JSON', `${part('x')}.${part('y')}.AAAA`],
    ['no object', `${part('[]')}.${part('[]')}.AAAA`],
    [
      'no UTF-8',
      `${part({ alg: 'ES256' })}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.AAAA`,
    ],
    ['a claim twice', `${part({ alg: 'ES256' })}.${part('{"iss":"a","iss":"b"}')}.AAAA`],
    [
      'a claim twice, further in',
      `${part({ alg: 'ES256' })}.${part('{"a":[{"b":1,"\\u0062":2}]}')}.AAAA`,
    ],
    ['too long', `${part({ alg: 'ES256' })}.${part({ x: 'x'.repeat(16_384) })}.AAAA`],
    ['nested without end', `${part({ alg: 'ES256' })}.${part('{"a":'.repeat(2000))}.AAAA`],
    [
      'a token as its claims',
      `${part({ alg: 'ES256' })}.${part('eyJhbGciOiJFUzI1NiJ9.e30.AAAA')}.AAAA`,
    ],
  ])('that is %s is refused', async (_what, token) => {
    expect(await verify(token)).toBe('malformed');
  });

  test('is read by the one federation that trusts its issuer for its audience', async () => {
    const other = { ...entry(), audience: 'https://other.example' };
    const both = new Map([
      ['ci', entry()],
      ['other', other],
    ]);
    expect(await verify(await issuer.sign(claims({ aud: other.audience })), both)).toBe(
      'other: repo:acme/shop',
    );
    const twice = new Map([
      ['ci', entry()],
      ['again', entry()],
    ]);
    expect(await verify(await issuer.sign(claims()), twice)).toBe(CLAIMS_GOOD);
  });

  test('of an issuer whose keys cannot be had is refused as such', async () => {
    const gone = new Map([['gone', { ...entry(), jwksUri: 'http://127.0.0.1:1/jwks' }]]);
    expect(await verify(await issuer.sign(claims()), gone)).toBe('issuer_unavailable');
  });
});
