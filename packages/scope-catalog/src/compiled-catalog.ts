import type {
  DelegationEntry,
  DeprecationEntry,
  FederationEntry,
  Risk,
  SenderConstraint,
  SigningAlg,
} from './document.ts';

export interface CompiledScope {
  readonly name: string;
  /** Key of the one resource server the scope belongs to. */
  readonly resourceServer: string;
  readonly audience: string;
  readonly description: string;
  readonly risk: Risk;
  readonly lifetimeSeconds?: number;
  readonly deprecated?: DeprecationEntry;
}

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

export interface CompiledRole {
  readonly name: string;
  readonly description: string;
  /** Roles it names under `inherits`, as written. */
  readonly inherits: readonly string[];
  /** Scopes it grants itself, wildcards expanded, sorted. */
  readonly ownScopes: readonly string[];
  /** Every scope it grants, inherited ones included. */
  readonly scopes: ReadonlySet<string>;
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
  readonly delegation: readonly DelegationEntry[];
  readonly federation: ReadonlyMap<string, FederationEntry>;
}
