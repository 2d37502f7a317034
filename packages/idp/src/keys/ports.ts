import type { SigningAlg } from '@ambit/scope-catalog';

/** The life of a signing key, in the order it passes through; a state may be skipped, none is entered twice. */
export const KEY_STATES = ['next', 'active', 'retired', 'destroyed'] as const;
/** One of {@link KEY_STATES}. */
export type KeyState = (typeof KEY_STATES)[number];

/**
 * A signing key as stored: the public half in the clear, the private half encrypted. Times are milliseconds since the
 * epoch.
 */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: KeyState;
  /** Public JWK (RFC 7517 §4). */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** AES-256-GCM envelope of the private JWK, names its encryption key; absent once retired, which is final. */
  readonly privateJwk?: Uint8Array;
  readonly createdAt: number;
  readonly activatedAt?: number;
  readonly retiredAt?: number;
  readonly destroyedAt?: number;
}

/** Keeps signing keys, destroyed ones included. */
export interface KeyStore {
  /** Every key, newest first. */
  list(): Promise<readonly SigningKeyRecord[]>;
  insert(key: SigningKeyRecord): Promise<void>;
  update(key: SigningKeyRecord): Promise<void>;
}
