import type { SigningAlg } from '@ambit/scope-catalog';

export const KEY_STATES = ['next', 'active', 'retired', 'destroyed'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A signing key as stored: the public half in the clear, the private half encrypted. Times are milliseconds since the epoch. */
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

export interface KeyStore {
  /** Every key, newest first. */
  list(): Promise<readonly SigningKeyRecord[]>;
  insert(key: SigningKeyRecord): Promise<void>;
  update(key: SigningKeyRecord): Promise<void>;
}
