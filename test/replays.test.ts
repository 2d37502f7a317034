import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { JWK } from 'jose';
import { post } from './support/oauth.ts';
import { restart } from './support/restart.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' }) as JWK;
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.remove());

const seconds = (): number => Math.floor(Date.now() / 1000);
const asToken = (
  credential: Parameters<typeof post>[1],
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  post(
    `${server.url}/oauth2/token`,
    credential,
    { grant_type: 'client_credentials', scope: 'ambit.client:read', ...parameters },
    headers,
  );

describe('what was used once is refused, also after the server was killed and started again', () => {
  test('[RFC 7523 §3] the assertion of a client', async () => {
    const file = join(server.home, 'jwks.json');
    writeFileSync(file, JSON.stringify({ keys: [{ ...jwk, kid: 'k1', alg: 'ES256' }] }));
    await server.json([
      ...['client', 'create', 'keyed', '--auth', 'private_key_jwt', '--jwks', file],
      ...['--role', 'ambit-viewer', '--yes'],
    ]);
    const sign = () =>
      new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer('keyed')
        .setSubject('keyed')
        .setAudience(server.url)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey);
    const come = async (assertion: string) =>
      (
        await asToken(undefined, {
          client_assertion_type: ASSERTION,
          client_assertion: assertion,
        })
      ).status;
    const used = await sign();
    expect(await come(used)).toBe(200);
    expect(await come(used)).toBe(401);
    server = await restart(server);
    expect(await come(used)).toBe(401);
    expect(await come(await sign())).toBe(200);
  });

  test('[RFC 9449 §11.1] the proof of a key', async () => {
    const prove = () =>
      new SignJWT({
        htm: 'POST',
        htu: `${server.url}/oauth2/token`,
        jti: randomUUID(),
        iat: seconds(),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey);
    const come = async (dpop: string) =>
      (await asToken(adminCredentials(server.home), {}, { dpop })).status;
    const used = await prove();
    expect(await come(used)).toBe(200);
    expect(await come(used)).toBe(400);
    server = await restart(server);
    expect(await come(used)).toBe(400);
    expect(await come(await prove())).toBe(200);
  });
});
