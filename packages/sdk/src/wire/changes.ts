/** One difference between two catalog versions, as the admin API writes it. */
export type CatalogChange =
  | {
      readonly kind: 'scope_added' | 'scope_removed';
      readonly scope: string;
      readonly resource_server: string;
    }
  | {
      readonly kind: 'scope_changed';
      readonly scope: string;
      readonly field: string;
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | {
      readonly kind: 'scope_moved';
      readonly scope: string;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'resource_server_added' | 'resource_server_removed';
      readonly resource_server: string;
      readonly audience: string;
    }
  | {
      readonly kind: 'resource_server_changed';
      readonly resource_server: string;
      readonly field: string;
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | { readonly kind: 'role_added' | 'role_removed'; readonly role: string }
  | {
      readonly kind: 'role_changed';
      readonly role: string;
      readonly field: string;
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | { readonly kind: 'role_gains' | 'role_loses'; readonly role: string; readonly scope: string }
  | { readonly kind: 'catalog_renamed'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'delegation_rule_added' | 'delegation_rule_removed';
      readonly rule: DelegationRule;
    }
  | {
      readonly kind: 'delegation_rule_changed';
      /** As it was before. */
      readonly rule: DelegationRule;
      readonly field: string;
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | FederationChange;

/** One difference about an issuer whose workloads need no secret, by its name in the catalog. */
export type FederationChange = { readonly federation: string } & (
  | ({ readonly kind: 'federation_added' | 'federation_removed' } & FederationTrust)
  | FederationFieldChange
  | {
      readonly kind: 'federation_rule_added' | 'federation_rule_removed';
      readonly rule: FederationRule;
    }
  | ({
      readonly kind: 'federation_rule_changed';
      /** As it was before. */
      readonly rule: FederationRule;
    } & FederationRuleFieldChange)
);

/** How an issuer is trusted differs in one respect. */
export type FederationFieldChange = { readonly kind: 'federation_changed' } & (
  FieldChange<'issuer' | 'audience' | 'jwksUri', string> | FieldChange<'jwks', KeySet>
);

/** A federation rule differs in one respect. */
export type FederationRuleFieldChange =
  | FieldChange<'match', FederationRule['match']>
  | FieldChange<'client', string>
  | FieldChange<'scopes', readonly string[]>
  | FieldChange<'translate', ScopeTranslation>
  | FieldChange<'once', boolean>;

/** What a property was and what it becomes; null where it is absent. */
interface FieldChange<Field extends string, Value> {
  readonly field: Field;
  readonly from: Value | null;
  readonly to: Value | null;
}

/** Whose tokens are trusted, and where their keys come from: by discovery, unless it is said. */
export interface FederationTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri?: string;
  readonly jwks?: KeySet;
}

/** Public keys, as the catalog holds them. */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** How scope names of another house read in this one. */
export interface ScopeTranslation {
  readonly claim?: string;
  readonly names: Readonly<Record<string, string>>;
}

/** A federation rule, as the catalog writes it. */
export interface FederationRule {
  readonly match: Readonly<Record<string, string>>;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly translate?: ScopeTranslation;
  readonly once?: boolean;
}

/** A delegation rule, as the catalog writes it. */
export interface DelegationRule {
  readonly actor: { readonly role: string } | { readonly client: string };
  readonly holding: readonly string[];
  readonly may: readonly string[];
  readonly maxDepth?: number;
}

/** A scope that a client gains or loses through a role. */
export interface EntitlementChange {
  readonly client: string;
  readonly role: string;
  readonly scope: string;
  /** The role was gone and comes back. */
  readonly revived?: boolean;
  /** The client is disabled: it has no use of it until it is enabled. */
  readonly disabled?: boolean;
}

/** A scope that comes within reach of a client by delegation, or goes out of it. */
export interface DelegationReach {
  readonly client: string;
  readonly scope: string;
  /** What a subject token must carry for it. */
  readonly holding: readonly string[];
  /** For chains of at most so many exchanges. */
  readonly max_depth: number;
  /** The client is disabled: it has no use of it until it is enabled. */
  readonly disabled?: boolean;
}

/** What activating a catalog would do, and the state it was reckoned against. */
export interface CatalogPlan {
  /** Number of the version active when the plan was made. */
  readonly base: number;
  readonly digest: string;
  /** Number of the target, where it is a version that exists. */
  readonly version?: number;
  /** Digest of the role assignments the plan was made against. */
  readonly assignments: string;
  readonly gains: readonly EntitlementChange[];
  readonly losses: readonly EntitlementChange[];
  readonly changes: readonly CatalogChange[];
  readonly revived: readonly { readonly client: string; readonly role: string }[];
  readonly dormant: readonly { readonly client: string; readonly role: string }[];
  readonly suspended: readonly {
    readonly client: string;
    readonly resource_server: string;
    readonly audience: string;
  }[];
  /** Credentials that were suspended and work again. */
  readonly resumed: CatalogPlan['suspended'];
  /** What actors could ask for on behalf of others. */
  readonly delegation: {
    readonly gains: readonly DelegationReach[];
    readonly losses: readonly DelegationReach[];
  };
  readonly publisher_gains: readonly string[];
  readonly broken_defaults: readonly { readonly client: string; readonly scope: string }[];
  readonly summary: readonly string[];
}
