import { sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { KeyRing, SigningKey } from '../../src/keys/key-ring.ts';
import { createTokenVerifier } from '../../src/tokens/token-verifier.ts';
import { ringOf, signingKey } from '../support/oidc-harness.ts';

const ISSUER = 'https://id.example';
const key = signingKey('EdDSA', 'key');
const ring = ringOf(key);
/** Another key under the same name: only what is remembered passes for genuine. */
const other = ringOf(signingKey('EdDSA', 'key'));

function tokenOf(jti: string, scope: string, { privateKey, kid }: SigningKey = key): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    ...{ iss: ISSUER, sub: 'front', client_id: 'front', aud: 'https://orders.example', jti, scope },
    ...{ iat: 1, exp: 2, catalog_version: 1, rev: 1 },
  };
  const signed = `${part({ alg: 'EdDSA', typ: 'at+jwt', kid })}.${part(claims)}`;
  if (!privateKey) throw new Error('the key cannot sign');
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

async function rememberedOf(tokens: readonly string[], keys: KeyRing): Promise<number> {
  const verifier = createTokenVerifier(ISSUER);
  for (const token of tokens) expect((await verifier.verify(token, ring)).ok).toBe(true);
  const again = await Promise.all(tokens.map((token) => verifier.verify(token, keys)));
  return again.filter(({ ok }) => ok).length;
}

describe('signatures that were found good', () => {
  test('are remembered by the thousand', async () => {
    const tokens = Array.from({ length: 1000 }, (_, index) => tokenOf(`${index}`, 'orders:read'));
    expect(await rememberedOf(tokens, other)).toBe(1000);
  });

  test('are remembered by their size, so that tokens as long as they may be do not fill the memory', async () => {
    const scope = Array.from({ length: 100 }, (_, index) => `${'x'.repeat(100)}:${index}`).join(
      ' ',
    );
    const tokens = Array.from({ length: 1300 }, (_, index) => tokenOf(`${index}`, scope));
    const length = tokens[0]?.length ?? 0;
    const remembered = await rememberedOf(tokens, other);
    expect(remembered * length).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(remembered).toBeGreaterThan(1000);
  });

  test('count no more once their key has gone', async () => {
    expect(await rememberedOf([tokenOf('1', 'orders:read')], ringOf())).toBe(0);
  });
});
