import type { CompiledDelegationRule, CompiledResourceServer } from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';
import type { NamedTarget } from './exchange-target.ts';

/** A client as far as delegation concerns it. */
export interface DelegationClient extends Principal {
  /**
   * The resource servers it is a credential of, each bound to a name and an audience; one that
   * moved counts for nothing.
   */
  readonly resourceServers: readonly { readonly name: string; readonly audience: string }[];
}

/** Thumbprints of keys: of a DPoP key (RFC 9449 §6.1), of a client certificate (RFC 8705 §3.1). */
export interface KeyThumbprints {
  readonly jkt?: string;
  readonly x5t?: string;
}

/** The token that a client presents to act on behalf of its subject. */
export interface DelegationSubject {
  readonly sub: string;
  /** The client it was issued to: the newest actor of an exchanged token. */
  readonly clientId: string;
  readonly audience: string;
  /** Its live scopes, as decided along its whole chain. */
  readonly scopes: readonly string[];
  /** The clients in its `act`, newest first. */
  readonly actors: readonly string[];
  /** How many exchanges it is away from its root. */
  readonly depth: number;
  /** Its `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Present when it is bound to a key (RFC 7800 §3.1). */
  readonly cnf?: KeyThumbprints;
  /** Its `may_act` (RFC 8693 §4.4), never issued here. */
  readonly mayAct?: Readonly<Record<string, unknown>>;
}

/** A token exchange (RFC 8693 §2.1), as far as it can be granted or refused by policy. */
export interface DelegationRequest extends NamedTarget {
  /** The authenticated client. */
  readonly actor: DelegationClient;
  readonly subjectToken: DelegationSubject;
  /** The scopes asked for, in order; absent or empty: what the actor may carry on. */
  readonly requestedScopes?: readonly string[];
  /** The keys that the request proves possession of. */
  readonly proof: KeyThumbprints;
}

/** By which step a scope is granted: (a) carried by the subject token, or (b) listed by a rule. */
export type ScopeSource =
  { readonly by: 'carried' } | { readonly by: 'rule'; readonly rule: CompiledDelegationRule };

/** A scope with the step it came by. */
export type DelegatedScope = { readonly scope: string } & ScopeSource;

/** What an exchange may yield. */
export interface DelegationGrant {
  readonly resourceServer: CompiledResourceServer;
  /** Granted scopes in the order asked, never empty. */
  readonly scopes: readonly string[];
  /** The same scopes, each with the step it came by. */
  readonly sources: readonly DelegatedScope[];
  /** Granted scopes that are deprecated. */
  readonly deprecated: readonly string[];
  /** Never more than the subject token has left. */
  readonly lifetimeSeconds: number;
  /** Of the new token. */
  readonly depth: number;
  /**
   * The clients in the new token's `act`, newest first: the actor, then those of the subject token.
   */
  readonly actors: readonly string[];
  /**
   * The subject token is bound to a key, so the new one must be bound to the key that the actor
   * proved.
   */
  readonly bindingRequired: boolean;
}

/**
 * The checks of an exchange in the order in which they are made, by code, with the OAuth error of
 * each. Faults of the subject token, the actor or its addressing are `invalid_request` (RFC 8693
 * §2.2.2).
 */
export const DELEGATION_CHECKS = {
  'delegation.actor_disabled': 'invalid_request',
  'delegation.subject_expired': 'invalid_request',
  'delegation.subject_dead': 'invalid_request',
  'delegation.subject_reserved': 'invalid_request',
  'delegation.may_not_act': 'invalid_request',
  'delegation.not_addressed': 'invalid_request',
  'delegation.unproven': 'invalid_request',
  'delegation.unbound': 'invalid_request',
  'delegation.too_deep': 'invalid_request',
  'delegation.target_repeated': 'invalid_target',
  'delegation.target_unknown': 'invalid_target',
  'delegation.target_reserved': 'invalid_target',
  'delegation.scopes_missing': 'invalid_scope',
  'delegation.scopes_too_many': 'invalid_scope',
  'delegation.scopes_refused': 'invalid_scope',
} as const satisfies Readonly<
  Record<string, 'invalid_request' | 'invalid_target' | 'invalid_scope'>
>;

/** The check at which an exchange is refused. */
export type DelegationRefusalCode = keyof typeof DELEGATION_CHECKS;

/** What keeps rules from counting for an exchange, whatever they say. */
export type RuleBar =
  | 'not_addressed' // the subject token is not for a resource server of the actor's own
  | 'actor_is_subject' // the actor is its `sub` or its `client_id`
  | 'actor_in_chain' // the actor is in its `act`
  | 'actor_governs'; // the actor holds power over Ambit itself

/** The rule that came closest to granting a scope, and what it lacks. */
export interface ClosestRule {
  /** Its place in the document, counted from 0. */
  readonly rule: number;
  /** What it wants held and the subject token does not carry live, in the rule's order. */
  readonly missing: readonly string[];
  /** Present when the exchange would be deeper than the rule allows. */
  readonly maxDepth?: number;
}

/** Why neither step grants a scope. */
export interface DelegationShortfall {
  /** Step (a): the subject token carries it live. */
  readonly carried: boolean;
  /** Step (a): the actor is entitled to it. */
  readonly entitled: boolean;
  /** Step (b): absent when no rule lists the scope for the actor. */
  readonly closest?: ClosestRule;
  /** Step (b): present when a rule lists the scope and no rule counts. */
  readonly bar?: RuleBar;
}

/** Why a scope is not granted by an exchange, in a word. */
export type DelegationScopeReason =
  | 'unknown' // no scope of that name in the active version
  | 'reserved' // it is of the admin API, which no exchange yields
  | 'other_audience' // it belongs to another resource server than the request's
  | 'retired' // its sunset has passed
  | 'not_entitled' // carried, but the actor is not entitled to it, and no rule lists it
  | 'not_delegated' // not carried, and no rule lists it for the actor
  | 'not_held' // a rule lists it, and the subject token lacks what that rule wants held
  | 'too_deep' // a rule lists it, for shorter chains
  | 'barred'; // a rule lists it, and no rule counts for this exchange

/** Why an exchange does not grant one scope. Wire form: an element of `scope_errors`. */
export interface DelegationScopeRefusal {
  readonly scope: string;
  readonly reason: DelegationScopeReason;
  /**
   * In the character set of RFC 6749 §5.2; names only scopes that could be granted, or that a rule
   * wants held.
   */
  readonly hint: string;
  /** How steps (a) and (b) fell short; absent when the scope could not be of any exchange here. */
  readonly shortfall?: DelegationShortfall;
}

/** Why an exchange yields no token, fit to be told to the authenticated actor. */
export type DelegationRefusal = {
  readonly [Code in DelegationRefusalCode]: {
    readonly code: Code;
    readonly error: (typeof DELEGATION_CHECKS)[Code];
    /** One sentence in the character set of RFC 6749 §5.2. */
    readonly description: string;
    /** At most 20; empty but for `delegation.scopes_refused`. */
    readonly scopeErrors: readonly DelegationScopeRefusal[];
  };
}[DelegationRefusalCode];
