import type { LocatedFinding } from '@ambit/scope-catalog';
import type { AccessRefusal } from '../access/access-service.ts';
import type { AuditLookupRefusal } from '../audit/audit-service.ts';
import type { ErasureRefusal } from '../audit/erasure.ts';
import type { VerificationRefusal } from '../audit/verification/verify-log.ts';
import type {
  ActivationRefusal,
  CatalogLookupRefusal,
  ExistingVersion,
} from '../catalog/refusals.ts';
import type { ClientRefusal } from '../clients/refusals.ts';
import type { TraceRefusal } from '../delegation/trace.ts';
import type { KeyRefusal } from '../keys/key-service.ts';
import type { RevocationRefusal } from '../revocation/revocation-service.ts';
import type { AuthenticationRefusal } from './ports.ts';
import type { SchemaFault } from './validator.ts';

/** What can be wrong with a request before any service sees it. */
export type RequestProblem =
  | AuthenticationRefusal
  | { readonly code: 'auth.insufficient_scope'; readonly scope: string }
  | {
      readonly code: 'request.malformed';
      readonly part: 'path' | 'query' | 'body';
      readonly errors: readonly SchemaFault[];
    }
  | { readonly code: 'request.not_json' }
  | { readonly code: 'request.media_type' }
  | { readonly code: 'request.too_large'; readonly limit: number }
  | { readonly code: 'request.not_found' }
  | { readonly code: 'request.method'; readonly allow: readonly string[] }
  | { readonly code: 'request.precondition' }
  | {
      readonly code: 'request.limited';
      readonly limit: number;
      readonly windowSeconds: number;
      readonly retryAfterSeconds: number;
    }
  | { readonly code: 'token.malformed' }
  | { readonly code: 'token.foreign'; readonly issuer: string }
  | { readonly code: 'server.error' }
  | { readonly code: 'server.unavailable' };

/** Everything the admin API can answer that is not what was asked for. */
export type Problem =
  | RequestProblem
  | ClientRefusal
  | ActivationRefusal
  | CatalogLookupRefusal
  | ExistingVersion
  | RevocationRefusal
  | AccessRefusal
  | AuditLookupRefusal
  | VerificationRefusal
  | ErasureRefusal
  | KeyRefusal
  | TraceRefusal;

/** The stable code of a problem: `catalog.changed` for example. */
export type ProblemCode = Problem['code'];

/** The facts of a problem by its code. */
export type ProblemOf<C extends ProblemCode> = Extract<Problem, { readonly code: C }>;

/** A problem as it goes over the wire (RFC 9457 §3), with members of our own. */
export interface WireProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly hint?: string;
  readonly code: ProblemCode;
  readonly request_id: string;
  readonly findings?: readonly LocatedFinding[];
  readonly errors?: readonly SchemaFault[];
}
