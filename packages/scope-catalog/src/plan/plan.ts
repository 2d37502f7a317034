import type { CatalogChange } from '../diff-catalogs.ts';
import type { Principal } from '../principal.ts';

/** A client as far as a plan concerns it. */
export interface PlanClient extends Principal {
  readonly defaultScopes: readonly string[];
  /** The resource servers it is a credential of, each bound to a name and an audience. */
  readonly resourceServers: readonly { readonly name: string; readonly audience: string }[];
}

/** A scope that a client loses, with a role that brought it. */
export interface PlannedLoss {
  readonly client: string;
  readonly role: string;
  readonly scope: string;
  /** The client is disabled, and would be without the scope once enabled. */
  readonly disabled?: true;
}

/** A scope that a client could not be granted before, with a role that brings it. */
export interface PlannedGain {
  readonly client: string;
  readonly role: string;
  readonly scope: string;
  /** The role was gone, and comes back with what was assigned to it. */
  readonly revived?: true;
  /** The client is disabled, and would have the scope once enabled. */
  readonly disabled?: true;
}

/** A role assignment that begins or ceases to count since its role comes or goes. */
export interface PlannedAssignment {
  readonly client: string;
  readonly role: string;
}

/** A credential that begins or ceases to count since its resource server comes, goes or moves. */
export interface PlannedCredential {
  readonly client: string;
  readonly resourceServer: string;
  readonly audience: string;
}

/** A default scope of a client. */
export interface PlannedDefault {
  readonly client: string;
  readonly scope: string;
}

/** A scope that a client can, or can no longer, be granted by a delegation rule on behalf of others. */
export interface PlannedDelegation {
  /** The actor. */
  readonly client: string;
  readonly scope: string;
  /** What a subject token must carry for it, sorted. */
  readonly holding: readonly string[];
  /** For chains of at most so many exchanges. */
  readonly maxDepth: number;
  /** The client is disabled, and would have it within reach once enabled. */
  readonly disabled?: true;
}

/** What comes within reach of actors by delegation, and what goes out of it; sorted by client, then by scope. */
export interface DelegationPlan {
  readonly gains: readonly PlannedDelegation[];
  readonly losses: readonly PlannedDelegation[];
}

/** Everything that one catalog in the place of another would do, each list sorted by client. */
export interface CatalogPlan {
  readonly gains: readonly PlannedGain[];
  readonly losses: readonly PlannedLoss[];
  readonly changes: readonly CatalogChange[];
  /** Assignments of roles that come back. */
  readonly revived: readonly PlannedAssignment[];
  /** Assignments of roles that go: they lie dormant. */
  readonly dormant: readonly PlannedAssignment[];
  /** Credentials whose resource server, or its audience, goes. */
  readonly suspended: readonly PlannedCredential[];
  /** Credentials whose resource server comes back under their audience. */
  readonly resumed: readonly PlannedCredential[];
  /** By delegation; what a client is entitled to itself is in `gains` and `losses`. */
  readonly delegation: DelegationPlan;
  /**
   * Scopes that whoever publishes gains, by delegation too, or holds and would move to another audience; nobody lifts
   * themselves.
   */
  readonly publisherGains: readonly string[];
  /** Default scopes that could be granted and no longer can, or no longer together. */
  readonly brokenDefaults: readonly PlannedDefault[];
  /** What a reviewer has to know, the most important first; a line that stands for more says for how many. */
  readonly summary: readonly string[];
}
