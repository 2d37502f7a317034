import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** How long a master key and a hash key are. */
export const KEY_BYTES = 32;

/** Encrypts what is kept at rest under the master key; ciphertexts name the key they were made with. */
export interface Sealer {
  /** Identifies the master key without telling it: first 8 hex digits of a derived value. */
  readonly masterKeyId: string;
  /** AES-256-GCM; `context` is authenticated and must be given again to `open` (a kid, for example). */
  seal(plaintext: Uint8Array, context: string): Uint8Array;
  /** Throws a {@link SealBroken} when the ciphertext was not sealed by this master key in this context. */
  open(ciphertext: Uint8Array, context: string): Uint8Array;
}

/**
 * Guards what is kept at rest: private keys sealed under the master key, client secrets as keyed hashes.
 *
 * The hash key is a random one of its own, itself sealed under the master key, because a keyed hash cannot be made
 * again without the secret: so the master key can change and every secret lives on (ADR-0003).
 */
export interface Vault extends Sealer {
  /** Names the key that secrets are hashed with; the same before and after a rekey. */
  readonly keyId: string;
  /** Keyed hash (HMAC-SHA-256) of a secret, for storage. */
  hashSecret(secret: string): Uint8Array;
  /** Compares in constant time. */
  isSecret(secret: string, hash: Uint8Array): boolean;
  /**
   * Keyed digest (HMAC-SHA-256) that shows of what is kept in the clear that this server put it there; the same before
   * and after a rekey. `context` says what it is.
   */
  stamp(text: string, context: string): Uint8Array;
  /** Compares in constant time. */
  isStamp(stamp: Uint8Array, text: string, context: string): boolean;
}

/** Says that a ciphertext cannot be opened: another key, another context, or damaged. */
export class SealBroken extends Error {
  readonly code = 'vault.seal_broken';
  override readonly name = 'SealBroken';
}

// An envelope is: format (1 byte), key id (4), nonce (12), ciphertext, tag (16). All before the ciphertext is authenticated.
const FORMAT = 1;
const HEADER_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Each use has a key of its own, derived from the one it is given (RFC 5869). */
const deriveKey = (key: Uint8Array, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `ambit/v1/${use}`, KEY_BYTES));

function requireLength(key: Uint8Array, what: string): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`${what} must be ${KEY_BYTES} bytes`);
}

/** Makes the sealer of a master key. */
export function createSealer(masterKey: Uint8Array): Sealer {
  requireLength(masterKey, 'a master key');
  const sealKey: KeyObject = createSecretKey(deriveKey(masterKey, 'seal'));
  const id = deriveKey(masterKey, 'key-id').subarray(0, 4);
  const header = Buffer.concat([Buffer.of(FORMAT), id]);
  const associated = (nonce: Uint8Array, context: string): Buffer =>
    Buffer.concat([header, nonce, Buffer.from(context, 'utf8')]);
  return {
    masterKeyId: id.toString('hex'),
    seal(plaintext, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
      cipher.setAAD(associated(nonce, context));
      const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([header, nonce, body, cipher.getAuthTag()]);
    },
    open(ciphertext, context) {
      const envelope = Buffer.from(ciphertext);
      if (
        envelope.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES ||
        !envelope.subarray(0, HEADER_BYTES).equals(header)
      ) {
        throw new SealBroken('sealed under another master key, or not sealed at all');
      }
      const nonce = envelope.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(associated(nonce, context));
      decipher.setAuthTag(envelope.subarray(-TAG_BYTES));
      try {
        const body = envelope.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (cause) {
        throw new SealBroken('damaged, or sealed in another context', { cause });
      }
    },
  };
}

/** A fresh random key, for hashing secrets or to be a master key. */
export const generateKey = (): Uint8Array => randomBytes(KEY_BYTES);

/** Makes the vault of a master key and the hash key that the store keeps under it; see `unlockVault`. */
export function createVault(masterKey: Uint8Array, hashKey: Uint8Array): Vault {
  requireLength(hashKey, 'a hash key');
  const hmacKey = createSecretKey(deriveKey(hashKey, 'secret-hash'));
  const stampKey = createSecretKey(deriveKey(hashKey, 'stamp'));
  const hashSecret = (secret: string): Uint8Array =>
    createHmac('sha256', hmacKey).update(secret, 'utf8').digest();
  const stamp = (text: string, context: string): Uint8Array =>
    createHmac('sha256', stampKey).update(`${context}\0${text}`, 'utf8').digest();
  return {
    ...createSealer(masterKey),
    keyId: deriveKey(hashKey, 'key-id').toString('hex', 0, 4),
    hashSecret,
    isSecret: (secret, hash) => areEqual(hashSecret(secret), hash),
    stamp,
    isStamp: (given, text, context) => areEqual(stamp(text, context), given),
  };
}

const areEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
