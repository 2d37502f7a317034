import type { RevocationRule } from './ports.ts';

/** What revocation needs to know of a token. `issuedAt` is in seconds. */
export interface RevocableToken {
  readonly jti: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly kid: string;
  readonly catalogVersion: number;
  readonly issuedAt: number;
  /** The store revision its issuer had read: its `rev` claim. */
  readonly revision: number;
}

/** The revocation rules of one revision, indexed. */
export interface RevocationSet {
  /** The first rule that covers the token, if any. Constant time in the number of rules. */
  find(token: RevocableToken): RevocationRule | undefined;
}
