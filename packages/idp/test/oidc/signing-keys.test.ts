import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { SigningAlg } from '@ambit/scope-catalog';
import { compactVerify } from 'jose';
import type { KeyRing, SigningKey } from '../../src/keys/key-ring.ts';
import { librarySigningKeys, publicJwks } from '../../src/oidc/signing-keys.ts';

const pairs: Record<SigningAlg, { publicKey: KeyObject; privateKey: KeyObject }> = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

function ringOf(alg: SigningAlg, active: boolean): KeyRing {
  const { publicKey, privateKey } = pairs[alg];
  const key: SigningKey = {
    kid: `kid-${alg}`,
    alg,
    state: active ? 'active' : 'next',
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: `kid-${alg}`, alg, use: 'sig' },
    publicKey,
    ...(active ? { privateKey } : {}),
  };
  return { published: new Map([[key.kid, key]]), active: new Map(active ? [[alg, key]] : []) };
}

const base64url = (text: string) => Buffer.from(text).toString('base64url');

describe('signing with a key of the ring', () => {
  test.each(Object.keys(pairs) as SigningAlg[])(
    '%s verifies with another library, time after time',
    async (alg) => {
      const [key] = librarySigningKeys(ringOf(alg, true));
      const rounds = alg === 'ES256' ? 300 : 5; // DER integers are of several lengths
      for (let round = 0; round < rounds; round += 1) {
        const data = `${base64url(JSON.stringify({ alg }))}.${base64url(`round ${round}`)}`;
        const signature = await key?.sign(Buffer.from(data));
        const jws = `${data}.${Buffer.from(signature ?? []).toString('base64url')}`;
        await expect(compactVerify(jws, pairs[alg].publicKey)).resolves.toBeDefined();
      }
    },
  );

  test('a key that is not active never signs', () => {
    const [key] = librarySigningKeys(ringOf('ES256', false));
    expect(key?.key_ops).toEqual(['verify']);
    expect(() => key?.sign(Buffer.from('x'))).toThrow('may not sign');
  });

  test('the JWKS holds public members alone', () => {
    const { keys } = publicJwks(ringOf('RS256', true));
    expect(keys).toHaveLength(1);
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
      expect(keys[0]).not.toHaveProperty(member);
    }
  });
});
