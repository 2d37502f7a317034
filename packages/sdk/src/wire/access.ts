/** Who is entitled to a scope. */
export interface WhoCan {
  readonly scope: string;
  readonly items: readonly {
    readonly client: string;
    readonly roles: readonly string[];
    readonly until?: string;
  }[];
  readonly total: number;
}

/** What a client is entitled to. */
export interface WhatCan {
  readonly client: string;
  readonly items: readonly {
    readonly scope: string;
    readonly resource_server: string;
    readonly roles: readonly string[];
  }[];
  readonly total: number;
}

/** Why a client is, or is not, entitled to a scope. */
export interface AccessExplanation {
  readonly client: string;
  readonly scope: string;
  /** Whether a live role grants it; a retired scope is not issued even so. */
  readonly entitled: boolean;
  readonly state: 'active' | 'deprecated' | 'retired' | 'unknown';
  readonly reasons: readonly string[];
  readonly roles: readonly string[];
  /** Roles from the one held to the one that lists the scope. */
  readonly paths: readonly (readonly string[])[];
  /** Roles that would bring it, those that grant the least first. */
  readonly would_help: readonly string[];
  /** Delegation rules that give it to the client, and what they want held. */
  readonly on_behalf: readonly {
    readonly rule: number;
    readonly holding: readonly string[];
    readonly max_depth: number;
  }[];
}

/** What a client would be granted on behalf of whoever holds certain scopes, and why. */
export interface DelegationExplanation {
  readonly client: string;
  readonly scope: string;
  readonly holding: readonly string[];
  readonly granted: boolean;
  readonly by?: 'carried' | 'rule';
  readonly state: 'active' | 'deprecated' | 'retired' | 'unknown';
  readonly reasons: readonly string[];
  /** Every rule that lists the scope, whoever it names. */
  readonly rules: readonly {
    readonly rule: number;
    readonly actor: { readonly role: string } | { readonly client: string };
    readonly names_actor: boolean;
    readonly holding: readonly string[];
    readonly missing: readonly string[];
    readonly max_depth: number;
  }[];
}
