/** An introspection answer (RFC 7662 §2.2). */
export interface Introspection {
  readonly active: boolean;
  readonly [claim: string]: unknown;
}

/** Why a token is live or not. */
export interface TokenExplanation {
  readonly active: boolean;
  readonly reasons: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signature?: Readonly<Record<string, unknown>>;
  readonly revocations?: readonly WireRevocation[];
  readonly scopes?: readonly {
    readonly scope: string;
    readonly live: boolean;
    readonly reason?: string;
  }[];
  readonly issued?: Readonly<Record<string, unknown>>;
}

/** How an exchange came by a scope: the token before carried it, or a delegation rule lists it. */
export interface WireGrantedScope {
  readonly scope: string;
  readonly by: 'carried' | 'rule';
  /** What it said of the scope at the time. */
  readonly rule?: {
    readonly actor: { readonly role: string } | { readonly client: string };
    readonly holding: readonly string[];
    readonly may: readonly string[];
    readonly maxDepth?: number;
  };
}

/** A token of a tree of exchanges, with what was derived from it. */
export interface WireTracedToken {
  readonly jti: string;
  /** Whom it was issued to: the one who asked. */
  readonly client: string;
  readonly subject: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** What is left of them now. */
  readonly live: readonly string[];
  readonly granted_by: readonly WireGrantedScope[];
  readonly catalog_version: number;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly active: boolean;
  /** The workload that stood for the client, by its own token. */
  readonly external?: { readonly issuer: string; readonly subject: string };
  readonly reason?: string;
  readonly omitted?: number;
  readonly children: readonly WireTracedToken[];
}

/** A tree of exchanges, from its root down. */
export interface TokenTrace {
  /** The token that was named. */
  readonly jti: string;
  readonly root: WireTracedToken;
}

/** A rule by which tokens are revoked. */
export interface WireRevocation {
  readonly id: string | number;
  readonly kind: string;
  readonly value: string | number;
  readonly revision: number;
  readonly created_at: string;
  readonly created_by: string;
  readonly reason?: string;
}
