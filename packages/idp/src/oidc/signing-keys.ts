import type { KeyObject } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { KeyRing, SigningKey } from '../keys/key-ring.ts';
import { signBytes } from '../keys/sign.ts';

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
    return signBytes(this.#key, data);
  }
}

/** The published keys of a ring for the library's key store. */
export const librarySigningKeys = (ring: KeyRing): ExternalSigningKey[] =>
  [...ring.published.values()].map((key) => new RingKey(key));

/** The JWK set to serve (RFC 7517 §5): every published key, active or not. */
export const publicJwks = (ring: KeyRing): { keys: Readonly<Record<string, unknown>>[] } => ({
  keys: [...ring.published.values()].map((key) => key.publicJwk),
});
