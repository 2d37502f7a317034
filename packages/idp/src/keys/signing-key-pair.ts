import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlg } from '@ambit/scope-catalog';
import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';

const generate = promisify(generateKeyPair);
const RSA_BITS = 2048;

/** A new key pair as JWKs, named by the RFC 7638 thumbprint of its public half. */
export interface SigningKeyPair {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
}

function generatePair(alg: SigningAlg) {
  switch (alg) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generate('ed25519');
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: RSA_BITS });
  }
}

/**
 * Generates a key pair for an algorithm, off the main thread. People type its `kid` in commands, so that one which
 * looks like a flag there, as one in 64 does, is thrown away with its pair.
 */
export async function generateSigningKeyPair(
  alg: SigningAlg,
  generated = generatePair,
): Promise<SigningKeyPair> {
  const { publicKey, privateKey } = await generated(alg);
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(jwk as JWK);
  if (kid.startsWith('-')) return generateSigningKeyPair(alg, generated);
  return {
    kid,
    alg,
    publicJwk: { ...jwk, kid, alg, use: 'sig' },
    privateJwk: privateKey.export({ format: 'jwk' }) as Readonly<Record<string, unknown>>,
  };
}
