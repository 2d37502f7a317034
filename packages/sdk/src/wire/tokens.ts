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
