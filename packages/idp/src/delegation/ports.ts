import type { ChainRoot, DerivationStep } from '@ambit/scope-catalog';
import type { RevocableToken } from '../revocation/revocation-set.ts';

/**
 * What an exchange leaves behind until its token expires (RFC 8693): the whole way from the root to it, so that liveness and
 * revocation reach down the tree with one look-up.
 */
export interface Derivation {
  /** Of the token that the exchange gave. */
  readonly jti: string;
  readonly parentJti: string;
  readonly root: ChainRoot;
  /** The exchanges from the root to it, its own last. */
  readonly steps: readonly DerivationStep[];
  /** The tokens above it as revocation knows them, the root first. */
  readonly ancestors: readonly RevocableToken[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface DerivationStore {
  find(jti: string): Promise<Derivation | undefined>;
  /** What was derived from a token directly, oldest first. */
  listChildren(parentJti: string): Promise<readonly Derivation[]>;
  /** Forgets derivations whose tokens had expired at `now` (ms). */
  prune(now: number): Promise<void>;
}
