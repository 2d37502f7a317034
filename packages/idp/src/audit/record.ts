import type { DelegationScopeRefusal, FederationMark, ScopeRefusal } from '@ambit/scope-catalog';
import type { AuditEvent } from './events.ts';

/** Whether what was asked for happened. */
export type AuditDecision = 'granted' | 'refused';

/** What an audit record is about, besides a token: `{ kind: 'client', id: 'deploy-bot' }`. */
export interface AuditTarget {
  readonly kind: 'audit' | 'client' | 'catalog' | 'key' | 'revocation' | 'role' | 'system';
  readonly id: string;
}

/** What a record says of a person or a machine. It is kept beside the record, where it can be erased (ADR-0012). */
export interface PersonalFields {
  /** The network address that the request came from. */
  readonly address?: string;
  /** `sub` of the workload's own token, which was genuine. */
  readonly externalSubject?: string;
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
  /** The trace that the request is part of (W3C Trace Context §3.2.2.3): 32 hex digits. */
  readonly traceId?: string;
  /** How long the decision took, in microseconds. */
  readonly durationMicros?: number;
  readonly personal?: PersonalFields;
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
  /** The issuer of the workload that stood for the client: `iss` of its own token, which was genuine. */
  readonly externalIssuer?: string;
  /** The federation rule it came by. */
  readonly federation?: FederationMark;
  /** `exp` of the token it is about, in seconds. */
  readonly expiresAt?: number;
  readonly kid?: string;
  readonly target?: AuditTarget;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Where the record stands for many refusals: how many, from which time (ms) on, and for which reasons. */
  readonly counted?: {
    readonly refusals: number;
    readonly since: number;
    readonly reasons: Readonly<Record<string, number>>;
  };
  /** Why: an error code, and in `detail` the sentence. */
  readonly reason?: string;
  readonly detail?: string;
}

/** An entry as kept, with its place in the log. */
export interface AuditRecord extends AuditEntry {
  readonly id: number;
  /** Its place in the chain of its writer, and its digest there in hex. */
  readonly link: { readonly writer: number; readonly sequence: number; readonly digest: string };
  /** Whether it had personal fields, which have been erased. */
  readonly personalErased?: true;
}
