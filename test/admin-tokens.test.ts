import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { JWK } from 'jose';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const own = newKey();
const other = newKey();

let server: TestServer;
let token: string;

interface Proof {
  readonly method?: string;
  readonly url?: string;
  readonly accessToken?: string;
  readonly key?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly age?: number;
  readonly jti?: string;
  readonly typ?: string;
}

const prove = ({
  method = 'GET',
  url = `${server.url}/admin/v1/whoami`,
  accessToken,
  key = own,
  age = 0,
  jti = randomUUID(),
  typ = 'dpop+jwt',
}: Proof): Promise<string> =>
  new SignJWT({
    htm: method,
    htu: url,
    jti,
    iat: Math.floor(Date.now() / 1000) - age,
    ...(accessToken === undefined
      ? {}
      : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
  })
    .setProtectedHeader({
      alg: 'ES256',
      typ,
      jwk: key.publicKey.export({ format: 'jwk' }) as JWK,
    })
    .sign(key.privateKey);

async function whoami(headers: Record<string, string>, query = ''): Promise<number> {
  const response = await fetch(`${server.url}/admin/v1/whoami${query}`, { headers });
  if (response.status !== 200) {
    expect(response.headers.get('www-authenticate')).toMatch(/^(?:Bearer|DPoP) realm="ambit"/);
  }
  return response.status;
}
const bound = (proof: string) => ({ authorization: `DPoP ${token}`, dpop: proof });

beforeAll(async () => {
  server = await startServer();
  const { client_id, client_secret } = adminCredentials(server.home);
  const url = `${server.url}/oauth2/token`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { dpop: await prove({ method: 'POST', url }) },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id,
      client_secret,
      scope: 'ambit.client:read',
    }),
  });
  token = ((await response.json()) as { access_token: string }).access_token;
});
afterAll(() => server.remove());

describe('a token of an admin that is bound to a key', () => {
  test('[RFC 9449 §7.1] counts with a proof of that key', async () => {
    expect(await whoami(bound(await prove({ accessToken: token })))).toBe(200);
  });

  test('[RFC 9449 §7.1] does not count as a bearer token, with a proof beside it neither', async () => {
    const authorization = `Bearer ${token}`;
    expect(await whoami({ authorization })).toBe(401);
    expect(await whoami({ authorization, dpop: await prove({ accessToken: token }) })).toBe(401);
  });

  test('[RFC 9449 §11.1] does not count with a proof that was used before', async () => {
    const proof = await prove({ accessToken: token });
    expect([await whoami(bound(proof)), await whoami(bound(proof))]).toEqual([200, 401]);
  });

  test.each<[string, () => Proof]>([
    ['of another key', () => ({ accessToken: token, key: other })],
    ['for another method', () => ({ accessToken: token, method: 'DELETE' })],
    ['for another route', () => ({ accessToken: token, url: `${server.url}/admin/v1/clients` })],
    [
      'for another server',
      () => ({ accessToken: token, url: 'https://evil.example/admin/v1/whoami' }),
    ],
    ['for another token', () => ({ accessToken: `${token}x` })],
    ['for no token', () => ({})],
    ['made long ago', () => ({ accessToken: token, age: 400 })],
    ['made for later', () => ({ accessToken: token, age: -400 })],
    ['of another type', () => ({ accessToken: token, typ: 'JWT' })],
  ])('[RFC 9449 §4.3] does not count with a proof %s', async (_what, proof) => {
    expect(await whoami(bound(await prove(proof())))).toBe(401);
  });

  test.each([
    ['no proof', {}],
    ['something else', { dpop: 'x' }],
  ])('does not count with %s', async (_what, headers) => {
    expect(await whoami({ authorization: `DPoP ${token}`, ...headers })).toBe(401);
  });

  test('[RFC 6750 §2.3] is not taken from the query', async () => {
    expect(await whoami({}, `?access_token=${token}`)).toBe(401);
  });
});
