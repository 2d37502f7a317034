import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ok } from '@ambit/scope-catalog';
import { createFetchDocument } from '../../src/federation/fetch-document.ts';
import { createIssuerKeys } from '../../src/federation/issuer-keys.ts';
import type { IssuerKeys } from '../../src/federation/issuer-keys.ts';
import { newIssuerKey, startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer } from '../support/external-issuer.ts';

const SECOND = 1000;
let issuer: ExternalIssuer;
let keys: IssuerKeys;
let now: number;
beforeEach(async () => {
  issuer = await startIssuer();
  now = 1_000_000_000_000;
  keys = createIssuerKeys({
    fetchDocument: createFetchDocument({ allowPrivate: true }),
    clock: () => now,
  });
});
afterEach(() => issuer.close());

const find = (kid?: string, source: object = {}) =>
  keys.find({ issuer: issuer.url, ...source }, kid);
async function kidsOf(kid?: string, source: object = {}) {
  const found = await find(kid, source);
  return found.ok ? found.value.map((key) => key.kid) : found.error.code;
}
const fetches = () => issuer.asked.filter((path) => path === '/jwks').length;

describe("an issuer's keys", () => {
  test('[OpenID Discovery §4] are where its discovery says', async () => {
    expect(await kidsOf('ES256-1')).toEqual(['ES256-1']);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  test('are at its jwksUri without discovery, or stand in the catalog without any request', async () => {
    expect(await kidsOf('ES256-1', { jwksUri: `${issuer.url}/jwks` })).toEqual(['ES256-1']);
    expect(issuer.asked).toEqual(['/jwks']);
    const jwks = { keys: issuer.keys.map(({ jwk }) => jwk) };
    expect(await kidsOf('ES256-1', { jwks })).toEqual(['ES256-1']);
    expect(await kidsOf('other', { jwks })).toEqual([]);
    expect(issuer.asked).toEqual(['/jwks']);
  });

  test.each([
    ['another issuer', (url: string) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` })],
    ['no place of keys', (url: string) => ({ issuer: url })],
    [
      'a place of keys that must not be asked',
      (url: string) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }),
    ],
  ])('are refused when discovery names %s', async (_what, document) => {
    issuer.answer = ({ url }, response) => {
      if (url !== '/.well-known/openid-configuration') return false;
      response.end(JSON.stringify(document(issuer.url)));
      return true;
    };
    expect(await kidsOf('ES256-1')).toMatch(/^federation\.(answer|url)_refused$/);
    expect(fetches()).toBe(0);
  });

  test.each([
    ['https://keys.example/jwks', true],
    ['http://10.0.0.1/jwks', false],
    ['HTTP://issuer.example/jwks', false],
    ['/jwks', false],
  ])('of an issuer over https are asked for over https alone: %s', async (jwks_uri, fetched) => {
    const asked: string[] = [];
    const source = { issuer: 'https://issuer.example' };
    const secure = createIssuerKeys({
      clock: () => now,
      fetchDocument(url) {
        asked.push(url);
        return Promise.resolve(ok({ document: { issuer: source.issuer, jwks_uri, keys: [] } }));
      },
    });
    const found = await secure.find(source, 'any');
    const discovery = 'https://issuer.example/.well-known/openid-configuration';
    expect([found.ok, asked]).toEqual([fetched, fetched ? [discovery, jwks_uri] : [discovery]]);
  });

  test('are asked for once by any number of requests', async () => {
    await Promise.all(Array.from({ length: 20 }, () => find('ES256-1')));
    await find('ES256-1');
    expect(fetches()).toBe(1);
  });

  test.each([
    ['nothing', {}, 300],
    ['600 seconds', { 'cache-control': 'max-age=600' }, 600],
    ['not at all', { 'cache-control': 'no-store' }, 60],
    ['a year', { 'cache-control': 'max-age=31536000' }, 3600],
  ])(
    'that may be kept %s are kept within the floor and the ceiling',
    async (_what, headers, kept) => {
      Object.assign(issuer.headers, headers);
      await find('ES256-1');
      now += kept * SECOND - 1;
      await find('ES256-1');
      expect(fetches()).toBe(1);
      now += 1;
      await find('ES256-1');
      expect(fetches()).toBe(2);
    },
  );

  test('that are new are found at once, and a flood of unknown ones asks again every 30 seconds at most', async () => {
    await find('ES256-1');
    now += 30 * SECOND;
    issuer.keys.push(await newIssuerKey('ES256', 'new'));
    expect(await kidsOf('new')).toEqual(['new']);
    expect(fetches()).toBe(2);

    await Promise.all(Array.from({ length: 50 }, (_, index) => find(`forged-${index}`)));
    now += 29 * SECOND;
    await find('forged');
    expect(fetches()).toBe(2);
    now += SECOND;
    await Promise.all(Array.from({ length: 50 }, (_, index) => find(`forged-${index}`)));
    expect(fetches()).toBe(3);
  });

  test('that are withdrawn count no longer once their time is over', async () => {
    await find('ES256-1');
    issuer.keys = [];
    now += 300 * SECOND;
    expect(await kidsOf('ES256-1')).toEqual([]);
  });

  test('within their time outlive a hiccup of the issuer, past it they do not', async () => {
    await find('ES256-1');
    issuer.answer = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    now += 60 * SECOND;
    expect(await kidsOf('forged')).toEqual([]);
    expect(await kidsOf('ES256-1')).toEqual(['ES256-1']);
    now += 240 * SECOND;
    expect(await kidsOf('ES256-1')).toBe('federation.answer_refused');
  });

  test('past their time do not count even where the issuer was asked in vain a moment before', async () => {
    await find('ES256-1');
    issuer.answer = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    now += 299 * SECOND;
    await find('forged');
    expect(await kidsOf('ES256-1')).toEqual(['ES256-1']);
    now += SECOND;
    expect(await kidsOf('ES256-1')).toBe('federation.answer_refused');
  });

  test('that cannot be had are asked for again after 30 seconds', async () => {
    issuer.answer = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    expect(await kidsOf('ES256-1')).toBe('federation.answer_refused');
    delete issuer.answer;
    now += 29 * SECOND;
    expect(await kidsOf('ES256-1')).toBe('federation.answer_refused');
    now += SECOND;
    expect(await kidsOf('ES256-1')).toEqual(['ES256-1']);
  });

  test('for other uses, too weak, symmetric or unreadable are passed over', async () => {
    const [good] = issuer.keys;
    const jwks = {
      keys: [
        { ...good?.jwk, kid: 'encrypts', use: 'enc' },
        { ...good?.jwk, kid: 'signs-only', key_ops: ['sign'] },
        { ...good?.jwk, kid: 'other-alg', alg: 'RS256' },
        { kty: 'oct', kid: 'symmetric', k: 'c2VjcmV0' },
        { kty: 'RSA', kid: 'weak', e: 'AQAB', n: Buffer.alloc(128, 0xff).toString('base64url') },
        { kty: 'EC', kid: 'unreadable', crv: 'P-256', x: 'x', y: 'y' },
        { ...good?.jwk, kid: 'spiffe', use: 'jwt-svid' },
      ],
    };
    expect(await kidsOf(undefined, { jwks })).toEqual(['spiffe']);
  });
});
