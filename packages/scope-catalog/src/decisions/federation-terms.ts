import type { CompiledFederationRule } from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';

/**
 * The claims of an external token, after its signature has been verified with a key of its issuer.
 */
export type ExternalClaims = Readonly<Record<string, unknown>>;

/** A client as far as federation concerns it. */
export interface FederatedClient extends Principal {
  /**
   * The catalog's name of the issuer whose workloads it stands for; absent for a client that stands
   * for itself.
   */
  readonly federatedIssuer?: string;
}

/** Under which rule a token was issued to a workload. Wire form: the claim `fed`. */
export interface FederationMark {
  /** The catalog's name of the issuer. */
  readonly issuer: string;
  /** Id of the rule. */
  readonly rule: string;
}

/** What an external token stands for. */
export interface FederationGrant {
  /** The catalog's name of its issuer. */
  readonly issuer: string;
  readonly rule: CompiledFederationRule;
  /** The client that the workload then is. */
  readonly client: string;
  /**
   * The most it may be granted: the rule's scopes, and of those the ones that its own scopes
   * translate to.
   */
  readonly ceiling: ReadonlySet<string>;
  /** What the external token has left. */
  readonly lifetimeSeconds: number;
  /**
   * Present when the token is good for one request: what must not have been seen from this issuer
   * before.
   */
  readonly once?: { readonly jti: string; readonly expiresAt: number };
}

/**
 * The checks of an external token and of the client it stands for, in the order in which they are
 * made, with what is said of each. They are faults of the subject token: `invalid_request` in a
 * token exchange (RFC 8693 §2.2.2), and `invalid_grant` for the jwt-bearer grant (RFC 7523 §3.1).
 */
export const FEDERATION_CHECKS = {
  'federation.issuer_unknown': 'the issuer of the token is not trusted',
  'federation.issuer_mismatch': 'the token is of another issuer',
  'federation.audience': 'the token is for another audience, or for others too',
  'federation.expired': 'the token has expired, or does not say when it does',
  'federation.no_rule': 'no federation rule is for such a token',
  'federation.tie':
    'several federation rules are for such a token, and none of them more than the others',
  'federation.jti_missing': 'the token has no jti, and its rule takes each token once',
  'federation.client_mismatch': 'the federation rule is for another client',
  'federation.not_federated':
    'the client of the federation rule does not stand for workloads of this issuer',
  'federation.client_disabled': 'the client of the federation rule is disabled',
  'federation.client_governs': 'the client of the federation rule holds an ambit role',
} as const;

/** The check at which an external token is refused. */
export type FederationRefusalCode = keyof typeof FEDERATION_CHECKS;

/** Why an external token yields none of ours. */
export interface FederationRefusal {
  readonly code: FederationRefusalCode;
  /**
   * One sentence in the character set of RFC 6749 §5.2; tells nothing that the token did not hold.
   */
  readonly description: string;
  /**
   * For the audit: the rules that tie, or the one that came closest, by its place, and the claims
   * it lacks.
   */
  readonly rules?: readonly { readonly rule: number; readonly unmet: readonly string[] }[];
}
