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
  | { readonly kind: 'federation_changed' };

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
