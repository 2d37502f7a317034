/** Signature algorithms of access tokens (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SIGNING_ALGS = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const;
export type SigningAlg = (typeof SIGNING_ALGS)[number];

/** What a token must be bound to, if anything: a DPoP key (RFC 9449) or a client certificate (RFC 8705). */
export const SENDER_CONSTRAINTS = ['none', 'dpop', 'mtls'] as const;
export type SenderConstraint = (typeof SENDER_CONSTRAINTS)[number];

/** How much harm a scope can do in the wrong hands, in its owner's judgement. */
export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

/** The life of a scope that is on its way out. Dates are `YYYY-MM-DD` and mean 00:00 UTC. */
export interface DeprecationEntry {
  readonly since: string;
  /** From this date the scope is retired: neither issued nor live. */
  readonly sunset?: string;
  /** The scope to ask for instead. */
  readonly successor?: string;
}

export interface ActionEntry {
  readonly description?: string;
  readonly risk?: Risk;
  readonly lifetimeSeconds?: number;
  readonly deprecated?: DeprecationEntry;
}

export interface ResourceEntry {
  readonly description?: string;
  readonly actions: Readonly<Record<string, ActionEntry>>;
}

export interface AccessTokenEntry {
  readonly lifetimeSeconds?: number;
  readonly signingAlg?: SigningAlg;
  readonly senderConstrained?: SenderConstraint;
}

export interface ResourceServerEntry {
  /** RFC 8707 resource indicator, and the `aud` of the tokens for it. */
  readonly audience: string;
  readonly description?: string;
  readonly owner?: string;
  readonly accessToken?: AccessTokenEntry;
  readonly resources: Readonly<Record<string, ResourceEntry>>;
}

export interface RoleEntry {
  readonly description?: string;
  readonly inherits?: readonly string[];
  /** Scope names, or `resource:*` for every action of one resource. */
  readonly scopes?: readonly string[];
}

export interface DelegationEntry {
  readonly actor: { readonly role: string } | { readonly client: string };
  readonly holding: readonly string[];
  readonly may: readonly string[];
  readonly maxDepth?: number;
}

export interface FederationRuleEntry {
  readonly match: Readonly<Record<string, string>>;
  readonly client: string;
  readonly scopes: readonly string[];
}

export interface FederationEntry {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri?: string;
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly rules: readonly FederationRuleEntry[];
}

/** A catalog as its author wrote it, once it has passed the schema. */
export interface CatalogDocument {
  /** The catalog's own name. */
  readonly catalog: string;
  readonly resourceServers: Readonly<Record<string, ResourceServerEntry>>;
  readonly roles?: Readonly<Record<string, RoleEntry>>;
  readonly delegation?: readonly DelegationEntry[];
  readonly federation?: Readonly<Record<string, FederationEntry>>;
}
