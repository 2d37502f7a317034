import type {
  DelegationEntry,
  DeprecationEntry,
  FederationEntry,
  FederationRuleEntry,
  QuotaEntry,
  Risk,
  SenderConstraint,
  SigningAlg,
} from './document.ts';

/** A quota with its mode filled in. */
export type CompiledQuota = Required<QuotaEntry>;

/** A scope with its place in the catalog resolved. */
export interface CompiledScope {
  readonly name: string;
  /** Key of the one resource server the scope belongs to. */
  readonly resourceServer: string;
  readonly audience: string;
  readonly description: string;
  readonly risk: Risk;
  readonly lifetimeSeconds?: number;
  readonly deprecated?: DeprecationEntry;
  /** When the scope becomes deprecated, in milliseconds since the epoch: `deprecated.since`, 00:00 UTC. */
  readonly deprecatedFrom?: number;
  /** When the scope is retired, in milliseconds since the epoch: `deprecated.sunset`, 00:00 UTC. */
  readonly retiredFrom?: number;
  readonly quota?: CompiledQuota;
}

/** A resource server with its defaults filled in. */
export interface CompiledResourceServer {
  readonly name: string;
  readonly audience: string;
  readonly description: string;
  readonly owner?: string;
  readonly lifetimeSeconds: number;
  readonly signingAlg: SigningAlg;
  readonly senderConstrained: SenderConstraint;
  /** Names of its scopes, sorted. */
  readonly scopes: readonly string[];
}

/** A role with wildcards expanded and inheritance flattened. */
export interface CompiledRole {
  readonly name: string;
  readonly description: string;
  /** Roles it names under `inherits`, as written. */
  readonly inherits: readonly string[];
  /** Scopes it grants itself, wildcards expanded, sorted. */
  readonly ownScopes: readonly string[];
  /** Every scope it grants, inherited ones included, in sorted order. */
  readonly scopes: ReadonlySet<string>;
}

/** A delegation rule with its defaults filled in. */
export interface CompiledDelegationRule {
  /** Its place in the document, counted from 0. */
  readonly index: number;
  readonly entry: DelegationEntry;
  /** Scopes that the subject token must carry live. */
  readonly holding: readonly string[];
  /** The deepest chain it may make. */
  readonly maxDepth: number;
}

/** The rules that name one actor, by each scope that they list, in the order of the document. */
export type RulesByScope = ReadonlyMap<string, readonly CompiledDelegationRule[]>;

/** Delegation rules by whom they name: the holders of a role, or one client. */
export interface CompiledDelegation {
  readonly byRole: ReadonlyMap<string, RulesByScope>;
  readonly byClient: ReadonlyMap<string, RulesByScope>;
}

/** A federation rule with a name that its content gives it. */
export interface CompiledFederationRule {
  /** Names issuer, audience, `match` and client together, the same in every version that has such a rule. */
  readonly id: string;
  /** Its place among the rules of its issuer, counted from 0. */
  readonly index: number;
  readonly entry: FederationRuleEntry;
}

/**
 * A catalog with everything resolved that a decision needs: wildcards expanded, inheritance flattened, the built-in
 * resource server `ambit` and its roles added. INVARIANT: never changes once made.
 */
export interface CompiledCatalog {
  readonly name: string;
  readonly scopes: ReadonlyMap<string, CompiledScope>;
  readonly resourceServers: ReadonlyMap<string, CompiledResourceServer>;
  readonly resourceServersByAudience: ReadonlyMap<string, CompiledResourceServer>;
  readonly roles: ReadonlyMap<string, CompiledRole>;
  /** The delegation rules as written. */
  readonly delegation: readonly DelegationEntry[];
  /** The same rules, by whom they name and what they list. */
  readonly delegationRules: CompiledDelegation;
  /** The issuers whose workloads are trusted, as written. */
  readonly federation: ReadonlyMap<string, FederationEntry>;
  /** The rules of each of them, in the order of the document. */
  readonly federationRules: ReadonlyMap<string, readonly CompiledFederationRule[]>;
}
