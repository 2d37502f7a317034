import type { Page } from '../page.ts';

/**
 * A revocation rule. Made at revision R it covers the tokens it matches that were issued under an older revision
 * (`rev` < R); a `key` rule is permanent. `expiresAt` (ms) is when the last token it could cover has expired; a key
 * rule has none.
 */
export type RevocationRule = {
  readonly id: string;
  readonly revision: number;
  readonly createdAt: number;
  /** The `client_id` that made it. */
  readonly createdBy: string;
  readonly reason?: string;
  readonly expiresAt?: number;
} & RevocationMatch;

/** Which tokens a rule matches. `issuedBefore` is in seconds, ties included. */
export type RevocationMatch =
  | { readonly kind: 'jti'; readonly jti: string }
  | { readonly kind: 'client'; readonly clientId: string }
  | { readonly kind: 'scope'; readonly scope: string }
  | { readonly kind: 'key'; readonly kid: string }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'issued-before'; readonly issuedBefore: number };

/** A place in the list of rules; it stays one when the rule there has been forgotten. */
export type RevocationPlace = Pick<RevocationRule, 'revision' | 'id'>;

/** Keeps revocation rules for as long as a token could match them. */
export interface RevocationStore {
  insert(rule: RevocationRule): Promise<void>;
  /** Rules of revisions above `revision` that had not expired at `now`, oldest first. */
  listSince(revision: number, now: number): Promise<readonly RevocationRule[]>;
  /** Newest first, below `before` where given. */
  list(page: {
    readonly limit: number;
    readonly before?: RevocationPlace;
  }): Promise<Page<RevocationRule>>;
  /** Forgets rules that expired before `now`. */
  prune(now: number): Promise<void>;
}
