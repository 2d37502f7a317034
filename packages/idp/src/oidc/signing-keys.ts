import { sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { KeyRing, SigningKey } from '../keys/key-ring.ts';

/** Signs the bytes of a JWS with the private half of a key (RFC 7518 §3.3–3.5, RFC 8037 §3.1). */
type Signer = (data: Uint8Array, key: KeyObject) => Uint8Array;

const SIGNERS: Readonly<Record<SigningKey['alg'], Signer>> = {
  ES256: (data, key) => joseSignature(sign('sha256', data, key)),
  EdDSA: (data, key) => sign(null, data, key),
  RS256: (data, key) => sign('sha256', data, key),
  PS256: (data, key) => sign('sha256', data, { key, padding: 6, saltLength: 32 }),
};

/**
 * An ECDSA signature as JOSE wants it, R and S of 32 bytes each (RFC 7518 §3.4), from the DER that node:crypto gives.
 * Asking node:crypto for this form takes an options object, which makes it twice as slow.
 */
function joseSignature(der: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  let offset = 3;
  for (const end of [32, 64]) {
    const length = der[offset] ?? 0;
    const integer = der.subarray(offset + 1, offset + 1 + length);
    const value = integer.length > 32 ? integer.subarray(integer.length - 32) : integer;
    signature.set(value, end - value.length);
    offset += length + 2;
  }
  return signature;
}

/** A key of the ring as the library uses it: the active one signs, the others are only published. */
class RingKey extends ExternalSigningKey {
  readonly #key: SigningKey;

  constructor(key: SigningKey) {
    super();
    this.#key = key;
    Object.assign(this, { kid: key.kid, alg: key.alg });
  }

  override get key_ops(): string[] | undefined {
    return this.#key.privateKey ? undefined : ['verify'];
  }

  override keyObject(): KeyObject {
    return this.#key.publicKey;
  }

  override sign(data: Uint8Array): Uint8Array {
    const { privateKey, alg, kid } = this.#key;
    if (!privateKey) throw new Error(`signing key ${kid} may not sign`);
    return SIGNERS[alg](data, privateKey);
  }
}

/** The published keys of a ring for the library's key store. */
export const librarySigningKeys = (ring: KeyRing): ExternalSigningKey[] =>
  [...ring.published.values()].map((key) => new RingKey(key));

/** The JWK set to serve (RFC 7517 §5): every published key, active or not. */
export const publicJwks = (ring: KeyRing): { keys: Readonly<Record<string, unknown>>[] } => ({
  keys: [...ring.published.values()].map((key) => key.publicJwk),
});
