import type { FederationMark } from '@ambit/scope-catalog';

/**
 * The claims of an access token of Ambit's (RFC 9068 §2.2). Times are in seconds since the
 * epoch.
 */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly client_id: string;
  /** Space-delimited (RFC 8693 §4.2). */
  readonly scope: string;
  /** The catalog version it was decided by. */
  readonly catalog_version: number;
  /** The store revision its issuer had read. */
  readonly rev: number;
  /** Who acts on behalf of `sub`, newest outermost (RFC 8693 §4.1); present when the token was exchanged. */
  readonly act?: ActClaim;
  /** The federation rule by which a workload was given it. */
  readonly fed?: FederationMark;
  /** Who may act (RFC 8693 §4.4); never issued here. */
  readonly may_act?: Readonly<Record<string, unknown>>;
  /** The key it is bound to (RFC 7800 §3.1). */
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string };
}

/** An actor, and on whose behalf it was asked to act. */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

/** A token whose signature, type and issuer hold; whether it is live is another question. */
export interface VerifiedToken {
  readonly kid: string;
  readonly claims: AccessTokenClaims;
}

/** Why a token is not active. */
export type InactiveReason =
  | 'malformed' // not a JWS of three parts, or claims missing
  | 'wrong_type' // `typ` is not `at+jwt`
  | 'unknown_key' // `kid` names no published key, or its algorithm is another
  | 'bad_signature'
  | 'foreign_issuer'
  | 'expired'
  | 'underived' // it says that it was exchanged, and no exchange is on record
  | 'revoked'
  | 'no_live_scope'; // nothing of what it carries may be granted any more
