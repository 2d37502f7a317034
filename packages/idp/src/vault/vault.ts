/** Encrypts what is kept at rest. Each use has a key of its own, derived from the master key; ciphertexts name theirs. */
export interface Vault {
  /** Identifies the master key without telling it: first 8 hex digits of a derived value. */
  readonly keyId: string;
  /** AES-256-GCM; `context` is authenticated and must be given again to `open` (a kid, for example). */
  seal(plaintext: Uint8Array, context: string): Uint8Array;
  /** Throws when the ciphertext was not sealed by this vault in this context. */
  open(ciphertext: Uint8Array, context: string): Uint8Array;
  /** Keyed hash (HMAC-SHA-256) of a secret, for storage. */
  hashSecret(secret: string): Uint8Array;
  /** Compares in constant time. */
  isSecret(secret: string, hash: Uint8Array): boolean;
}
