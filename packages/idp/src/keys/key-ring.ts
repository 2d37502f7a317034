import type { SigningAlg } from '@ambit/scope-catalog';
import type { KeyObject } from 'node:crypto';
import type { KeyState } from './ports.ts';

/** A signing key ready for use. The private half is there for the active key of its algorithm alone. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: KeyState;
  /** Public JWK with `kid`, `alg` and `use: 'sig'`. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly publicKey: KeyObject;
  readonly privateKey?: KeyObject;
}

/** The signing keys of one revision. INVARIANT: never changes once made. */
export interface KeyRing {
  /** Every published key (next, active, retired), by `kid`. */
  readonly published: ReadonlyMap<string, SigningKey>;
  /** The key that signs for each algorithm. */
  readonly active: ReadonlyMap<SigningAlg, SigningKey>;
}
