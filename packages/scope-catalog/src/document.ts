/** Signature algorithms of access tokens (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SIGNING_ALGS = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const;
/** One of {@link SIGNING_ALGS}. */
export type SigningAlg = (typeof SIGNING_ALGS)[number];

/** What a token must be bound to, if anything: a DPoP key (RFC 9449) or a client certificate (RFC 8705). */
export const SENDER_CONSTRAINTS = ['none', 'dpop', 'mtls'] as const;
/** One of {@link SENDER_CONSTRAINTS}. */
export type SenderConstraint = (typeof SENDER_CONSTRAINTS)[number];

/** How much harm a scope can do in the wrong hands, in its owner's judgement. */
export const RISKS = ['low', 'medium', 'high'] as const;
/** One of {@link RISKS}. */
export type Risk = (typeof RISKS)[number];

/** The life of a scope that is on its way out. Dates are `YYYY-MM-DD` and mean 00:00 UTC. */
export interface DeprecationEntry {
  readonly since: string;
  /** From this date the scope is retired: neither issued nor live. */
  readonly sunset?: string;
  /** The scope to ask for instead. */
  readonly successor?: string;
}

/** Whose tokens a quota counts together: those of one client, or those about one subject. */
export const QUOTA_HOLDERS = ['client', 'subject'] as const;
/** One of {@link QUOTA_HOLDERS}. */
export type QuotaHolder = (typeof QUOTA_HOLDERS)[number];

/** Whether a quota that is used up is noted alone, or refuses. */
export const QUOTA_MODES = ['observe', 'enforce'] as const;
/** One of {@link QUOTA_MODES}. */
export type QuotaMode = (typeof QUOTA_MODES)[number];

/** How many tokens with a scope may be issued in a window of time. */
export interface QuotaEntry {
  readonly limit: number;
  /** The window begins with the first token that it counts. */
  readonly windowSeconds: number;
  readonly per: QuotaHolder;
  /** `enforce` where it is left out. */
  readonly mode?: QuotaMode;
}

/** What can be done to a resource: with the key of the resource before it, a scope. */
export interface ActionEntry {
  readonly description?: string;
  readonly risk?: Risk;
  readonly lifetimeSeconds?: number;
  readonly deprecated?: DeprecationEntry;
  readonly quota?: QuotaEntry;
}

/** Something that a resource server guards, and what can be done to it. */
export interface ResourceEntry {
  readonly description?: string;
  readonly actions: Readonly<Record<string, ActionEntry>>;
}

/** How the access tokens of a resource server are made. */
export interface AccessTokenEntry {
  readonly lifetimeSeconds?: number;
  readonly signingAlg?: SigningAlg;
  readonly senderConstrained?: SenderConstraint;
}

/** An API that takes access tokens of one audience. */
export interface ResourceServerEntry {
  /** RFC 8707 resource indicator, and the `aud` of the tokens for it. */
  readonly audience: string;
  readonly description?: string;
  readonly owner?: string;
  readonly accessToken?: AccessTokenEntry;
  readonly resources: Readonly<Record<string, ResourceEntry>>;
}

/** Scopes that are granted together. */
export interface RoleEntry {
  readonly description?: string;
  readonly inherits?: readonly string[];
  /** Scope names, or `resource:*` for every action of one resource. */
  readonly scopes?: readonly string[];
}

/** Who may act on behalf of a subject, and what it may then ask for (RFC 8693). */
export interface DelegationEntry {
  readonly actor: { readonly role: string } | { readonly client: string };
  readonly holding: readonly string[];
  readonly may: readonly string[];
  readonly maxDepth?: number;
}

/** How scope names of another house read in this one. */
export interface TranslationEntry {
  /** The claim that holds such names; when it is named, they bound what the token is good for. */
  readonly claim?: string;
  /** From their names to scopes. */
  readonly names: Readonly<Record<string, string>>;
}

/** Which workloads of an issuer stand for which client, and up to which scopes. */
export interface FederationRuleEntry {
  /** Claims that must hold; `*` stands for one whole segment between `/` or `:`. */
  readonly match: Readonly<Record<string, string>>;
  readonly client: string;
  /** The most that the client may be granted under this rule. */
  readonly scopes: readonly string[];
  readonly translate?: TranslationEntry;
  /** An external token is good for one request; its `jti` says which one it is. */
  readonly once?: boolean;
}

/** An issuer outside whose workloads need no secret here. */
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
