import type { CompiledResourceServer } from '../compiled-catalog.ts';

/** What a client may be given when not all it asks for can be granted. */
export const SCOPE_POLICIES = ['strict', 'partial'] as const;
/** One of {@link SCOPE_POLICIES}. */
export type ScopePolicy = (typeof SCOPE_POLICIES)[number];

/** A token request, as far as scopes and audiences are concerned. */
export interface IssuanceRequest {
  /** The scopes asked for, in order; absent or empty: the client's default scopes. */
  readonly scopes?: readonly string[];
  /** The resource indicators sent (RFC 8707 §2), in order. */
  readonly resources: readonly string[];
  readonly defaultScopes: readonly string[];
  readonly scopePolicy: ScopePolicy;
  /** The most that may be granted, whatever the client is entitled to; absent where nothing but that bounds it. */
  readonly ceiling?: ReadonlySet<string>;
}

/** Why a scope is not granted. */
export type RefusalReason =
  | 'unknown' // no scope of that name in the active version
  | 'not_entitled' // exists, but none of the client's live roles grants it
  | 'beyond_rule' // the client is entitled to it, but not under the federation rule it comes by
  | 'retired' // its sunset has passed
  | 'other_audience'; // belongs to another resource server than the request's

/** Why one scope is not granted. Wire form: an element of `scope_errors`. */
export interface ScopeRefusal {
  readonly scope: string;
  /** `quota_exceeded`: it could be granted, and has been too often of late. */
  readonly reason: RefusalReason | 'quota_exceeded';
  /**
   * What to do instead, in the character set of RFC 6749 §5.2; names only scopes the client is entitled to, and the
   * successor of a retired one.
   */
  readonly hint?: string;
}

/** What a token may be issued with. */
export interface IssuanceGrant {
  readonly resourceServer: CompiledResourceServer;
  /** Granted scopes in the order asked, never empty. */
  readonly scopes: readonly string[];
  /** Scopes left out under the partial policy; empty under the strict one. */
  readonly refused: readonly ScopeRefusal[];
  /** Granted scopes that are deprecated. */
  readonly deprecated: readonly string[];
  readonly lifetimeSeconds: number;
}

/** Why no token is issued, fit to be told to the authenticated client. */
export interface IssuanceRefusal {
  readonly error: 'invalid_scope' | 'invalid_target';
  /** One sentence in the character set of RFC 6749 §5.2. */
  readonly description: string;
  /** At most 20. */
  readonly scopeErrors: readonly ScopeRefusal[];
}
