import type { AuditEntry } from '../audit/record.ts';
import type { TraceContext } from './trace-context.ts';

/** A request whose span is to begin. */
export interface TracedRequest {
  readonly requestId: string;
  readonly method: string;
  /** Where it was sent to, without anything that a caller has made up. */
  readonly route: string;
  /** Where it stands in a trace that has begun already. */
  readonly parent?: TraceContext;
  /** `tracestate` (W3C Trace Context §3.3), which goes with a parent. */
  readonly state?: string;
}

/** The span of a request, to be ended once. */
export interface RequestSpan {
  readonly traceId: string;
  end(status: number): void;
}

/** Spans of requests, with what was decided on them. */
export interface Tracing {
  begin(request: TracedRequest): RequestSpan;
  /** Adds to the span of its request what was decided. */
  observeDecision(entry: AuditEntry): void;
  /** Sends what has not been sent yet, as long as that takes no longer than a few seconds. */
  close(): Promise<void>;
}

/**
 * The attributes of a span, beside those of OpenTelemetry's own conventions for HTTP servers; the reference page is made from
 * it. No token, secret or assertion, and nothing of a path or a query.
 */
export const ATTRIBUTES = {
  'http.request.method': 'the method',
  'http.route': 'where the request was sent to, without names and queries',
  'http.response.status_code': 'the status of the answer',
  'error.type': 'the status, where it is 500 or above',
  'ambit.request_id': 'the id in `X-Request-Id`, in the log and in the audit log',
  'ambit.event': 'the [audit event](audit-events.md)',
  'ambit.decision': '`granted` or `refused`',
  'ambit.reason': 'why it was refused',
  'ambit.client_id':
    'the client that asked, or that merely said it was where it could not be authenticated',
  'ambit.resource_server': 'the resource server of the token',
  'ambit.scopes.requested': 'the scopes asked for',
  'ambit.scopes.granted': 'the scopes granted, or what is left of those of a presented token',
  'ambit.scopes.refused': 'the scopes refused',
  'ambit.catalog_version': 'the catalog version that decided',
} as const satisfies Readonly<Record<string, string>>;

/** One of {@link ATTRIBUTES}. */
export type AttributeName = keyof typeof ATTRIBUTES;
