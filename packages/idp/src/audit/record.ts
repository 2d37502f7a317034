import type { DelegationScopeRefusal, FederationMark, ScopeRefusal } from '@ambit/scope-catalog';
import type { AuditEvent } from './events.ts';

/** Whether what was asked for happened. */
export type AuditDecision = 'granted' | 'refused';

/** What an audit record is about, besides a token: `{ kind: 'client', id: 'deploy-bot' }`. */
export interface AuditTarget {
  readonly kind: 'client' | 'catalog' | 'key' | 'revocation' | 'role' | 'system';
  readonly id: string;
}

/**
 * How an exchange came by a scope: carried on, or by a delegation rule, which is named by its place in the catalog
 * version of the record, counted from 0.
 */
export type GrantedBy =
  | { readonly scope: string; readonly by: 'carried' }
  | { readonly scope: string; readonly by: 'rule'; readonly rule: number };

/**
 * One decision or action, with everything needed to replay it. Never holds a token, secret or assertion.
 * `time` is in milliseconds since the epoch.
 */
export interface AuditEntry {
  readonly time: number;
  readonly event: AuditEvent;
  readonly decision: AuditDecision;
  readonly requestId: string;
  /**
   * The `client_id` that acted: authenticated, or merely claimed where `reason` says that authentication failed.
   * `system` for the server itself.
   */
  readonly actor?: string;
  /** `sub` of the token it is about. */
  readonly subject?: string;
  /** `client_id` of the token it is about. */
  readonly client?: string;
  readonly resourceServer?: string;
  /** `aud` of the token it is about. */
  readonly audience?: string;
  readonly requestedScopes?: readonly string[];
  readonly grantedScopes?: readonly string[];
  readonly refusedScopes?: readonly Pick<
    ScopeRefusal | DelegationScopeRefusal,
    'scope' | 'reason' | 'hint'
  >[];
  readonly catalogVersion?: number;
  readonly revision?: number;
  readonly jti?: string;
  /** `jti` of the token that was exchanged for it. */
  readonly parentJti?: string;
  /** Who acts, newest first: the `act` of the token as a list. */
  readonly actors?: readonly string[];
  /** How an exchange came by each granted scope; all that a trace needs to tell it for good. */
  readonly grantedBy?: readonly GrantedBy[];
  /** The workload that stood for the client: `iss` and `sub` of its own token, which was genuine. */
  readonly external?: { readonly issuer: string; readonly subject: string };
  /** The federation rule it came by. */
  readonly federation?: FederationMark;
  /** `exp` of the token it is about, in seconds. */
  readonly expiresAt?: number;
  readonly kid?: string;
  readonly target?: AuditTarget;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Why: an error code, and in `detail` the sentence. */
  readonly reason?: string;
  readonly detail?: string;
}

/** An entry as kept, with its place in the log. */
export interface AuditRecord extends AuditEntry {
  readonly id: number;
}
