import type {
  DelegationGrant,
  DelegationRefusal,
  IssuanceGrant,
  IssuanceRefusal,
} from '@ambit/scope-catalog';
import type { ClientSecret } from '../clients/client.ts';
import type { SubjectToken } from '../delegation/derive.ts';
import type { Workload, WorkloadRefusal } from '../federation/federation.ts';
import type { LimitState } from '../limits/limit-state.ts';
import type { CountedRequest } from '../limits/request-limit.ts';
import type { QuotaOutcome } from '../limits/quotas.ts';
import type { RequestOrigin } from '../request.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { InactiveReason } from '../tokens/access-token.ts';
import type { TokenDecision } from '../tokens/decide-token.ts';

/** What one request decides by, and what it has decided so far; the audit record is written from it. */
export interface RequestState {
  readonly snapshot: Snapshot;
  readonly request: RequestOrigin;
  /** Milliseconds since the epoch at which the request is decided. */
  readonly now: number;
  /** Whether the client has proved who it is; until then its name is a mere claim. */
  authenticated?: boolean;
  issuance?: IssuanceGrant;
  issuanceRefusal?: IssuanceRefusal;
  /** The subject token of an exchange that may be from elsewhere, and whether it says that it is one of ours. */
  subjectToken?: { readonly value: string; readonly ours: boolean };
  /** The token that was presented for exchange, and what may be had for it. */
  exchange?: { readonly subject: SubjectToken; readonly grant?: DelegationGrant };
  delegationRefusal?: DelegationRefusal;
  /** The workload that stands for the client. */
  workload?: Workload;
  workloadRefusal?: WorkloadRefusal;
  /** The request as the limit of its client has counted it already. */
  counted?: CountedRequest;
  /** Where the limits stand that count this request. */
  limits?: readonly LimitState[];
  /** What the quotas of the token come to, where it has any. */
  quotas?: QuotaOutcome;
  /** Claims of the token that was issued. */
  issued?: { readonly jti: string; readonly exp: number; readonly kid: string };
  /** What the presented token turned out to be, at introspection and revocation. */
  presented?: TokenDecision | { readonly active: false; readonly reason: InactiveReason };
  /** Whether the caller may know about, or revoke, the presented token. */
  allowed?: boolean;
  /** Whether the audit record is written already, with the change it is about. */
  recorded?: boolean;
  /** The secret that authenticated the client. */
  secret?: ClientSecret;
  /** What went wrong, as the library explains it to the log alone. */
  error?: Error & {
    readonly code?: string;
    readonly error?: string;
    readonly error_detail?: string;
    /** When to come again, where a limit is used up. */
    readonly retryAfterSeconds?: number;
  };
}

const states = new WeakMap<object, RequestState>();

/** Opens the state of a request, before the library sees it. */
export function openRequestState(ctx: object, state: RequestState): void {
  states.set(ctx, state);
}

/** The state of a request; throws when it has none, which is a bug. */
export function requestState(ctx: object): RequestState {
  const state = states.get(ctx);
  if (!state) throw new Error('request state was never opened');
  return state;
}

/** Notes that the client has proved who it is. */
export function noteAuthenticated(ctx: object, next: () => Promise<void>): Promise<void> {
  requestState(ctx).authenticated = true;
  return next();
}
