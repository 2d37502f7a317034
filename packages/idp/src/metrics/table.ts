import { SIGNING_ALGS } from '@ambit/scope-catalog';
import { AUDIT_EVENTS } from '../audit/events.ts';
import {
  AGE_BUCKETS,
  DELEGATION_REASONS,
  ENDPOINTS,
  EXPIRED_AT,
  GRANTS,
  INTROSPECTION_RESULTS,
  LAST_USE_BUCKETS,
  NEVER_USED,
  REQUEST_REASONS,
  REVOCATION_KINDS,
  SCOPE_REASONS,
  WORKLOAD_REASONS,
} from './label-values.ts';
import { PROCESS_METRICS } from './process-table.ts';
import type { MetricRow } from './metric-row.ts';

const LATENCY_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** What Ambit counts and measures of its own work. */
export const AMBIT_METRICS = {
  ambit_build_info: {
    type: 'gauge',
    labels: ['version', 'node_version'],
    help: 'Always 1; the labels tell which build runs',
    unit: 'one',
  },
  ambit_catalog_active_version: {
    type: 'gauge',
    labels: [],
    help: 'Number of the active catalog version',
    unit: 'number',
  },
  ambit_tokens_issued_total: {
    type: 'counter',
    labels: ['resource_server', 'grant', 'catalog_version'],
    help: 'Access tokens issued',
    unit: 'tokens',
    values: { grant: GRANTS },
  },
  ambit_tokens_issued_high_risk_total: {
    type: 'counter',
    labels: ['resource_server', 'catalog_version'],
    help: 'Access tokens issued that carry a scope of high risk; by those issued, the over-privilege index',
    unit: 'tokens',
  },
  ambit_tokens_refused_total: {
    type: 'counter',
    labels: ['reason', 'resource_server', 'catalog_version'],
    help: 'Token requests refused',
    unit: 'requests',
    values: { reason: REQUEST_REASONS },
  },
  ambit_token_scopes_granted_total: {
    type: 'counter',
    labels: ['scope', 'resource_server', 'catalog_version'],
    help: 'Scopes granted in access tokens, each by itself',
    unit: 'scopes',
  },
  ambit_token_scopes_refused_total: {
    type: 'counter',
    labels: ['scope', 'resource_server', 'reason', 'catalog_version'],
    help: 'Scopes asked for and not granted, each by itself',
    unit: 'scopes',
    values: { reason: SCOPE_REASONS },
  },
  ambit_deprecated_scopes_granted_total: {
    type: 'counter',
    labels: ['scope', 'resource_server'],
    help: 'Deprecated scopes granted in access tokens, each by itself',
    unit: 'scopes',
  },
  ambit_scope_sunset_timestamp_seconds: {
    type: 'gauge',
    labels: ['scope', 'resource_server'],
    help: 'When a scope that is deprecated is retired, since the epoch',
    unit: 'seconds',
  },
  ambit_delegations_refused_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Token exchanges refused for their subject, their actor or by policy',
    unit: 'requests',
    values: { reason: DELEGATION_REASONS },
  },
  ambit_workloads_refused_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Tokens from elsewhere that made nobody a client',
    unit: 'requests',
    values: { reason: WORKLOAD_REASONS },
  },
  ambit_introspections_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Introspections; `result` is `active`, or why the token is inactive or the request was refused',
    unit: 'requests',
    values: { result: INTROSPECTION_RESULTS },
  },
  ambit_expired_tokens_presented_total: {
    type: 'counter',
    labels: ['endpoint'],
    help: 'Tokens presented after they had expired',
    unit: 'tokens',
    values: { endpoint: EXPIRED_AT },
  },
  ambit_revocations_total: {
    type: 'counter',
    labels: ['kind'],
    help: 'Revocations that took effect',
    unit: 'revocations',
    values: { kind: REVOCATION_KINDS },
  },
  ambit_requests_limited_total: {
    type: 'counter',
    labels: ['endpoint'],
    help: 'Requests turned away because there were too many of them (429)',
    unit: 'requests',
    values: { endpoint: ENDPOINTS },
  },
  ambit_quota_observations_total: {
    type: 'counter',
    labels: ['scope', 'mode', 'result'],
    help: 'Tokens counted in the quota of a scope; `result` is `within` or `exceeded`',
    unit: 'tokens',
    values: { mode: ['enforce', 'observe'], result: ['within', 'exceeded'] },
  },
  ambit_decisions_total: {
    type: 'counter',
    labels: ['event', 'decision'],
    help: 'Decisions and changes, as the audit log names them',
    unit: 'decisions',
    values: { event: Object.keys(AUDIT_EVENTS), decision: ['granted', 'refused'] },
  },
  ambit_audit_recorded_total: {
    type: 'counter',
    labels: [],
    help: 'Decisions that a committed audit record tells of',
    unit: 'decisions',
  },
  ambit_audit_failed_total: {
    type: 'counter',
    labels: [],
    help: 'Decisions whose audit record could not be written',
    unit: 'decisions',
  },
  ambit_audit_sampled_out_total: {
    type: 'counter',
    labels: [],
    help: 'Decisions that by configuration no audit record is kept of',
    unit: 'decisions',
  },
  ambit_audit_counted_total: {
    type: 'counter',
    labels: [],
    help: 'Refusals of callers who had not proved who they were that the audit log tells of together, by network and minute',
    unit: 'decisions',
  },
  ambit_audit_pending: {
    type: 'gauge',
    labels: [],
    help: 'Decisions whose audit record waits to be committed',
    unit: 'decisions',
  },
  ambit_store_commit_duration_seconds: {
    type: 'histogram',
    labels: ['kind'],
    help: 'How long a transaction took: `group` of records, or `change` of the state with the wait for others',
    unit: 'seconds',
    buckets: LATENCY_BUCKETS,
    values: { kind: ['group', 'change'] },
  },
  ambit_store_commit_writes: {
    type: 'histogram',
    labels: [],
    help: 'Small writes that were committed together in one group',
    unit: 'writes',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  },
  ambit_state_age_seconds: {
    type: 'gauge',
    labels: [],
    help: 'For how long at most the state at hand may have been overtaken by another server; each request asks anew all the same',
    unit: 'seconds',
  },
  ambit_signing_key_age_seconds: {
    type: 'gauge',
    labels: ['alg', 'state'],
    help: 'How long the oldest signing key of an algorithm has been in a state',
    unit: 'seconds',
    values: { alg: SIGNING_ALGS, state: ['next', 'active', 'retired'] },
  },
  ambit_signing_key_overdue: {
    type: 'gauge',
    labels: ['alg'],
    help: '1 while an active signing key has signed for longer than it should, else 0',
    unit: 'one or none',
    values: { alg: SIGNING_ALGS },
  },
  ambit_client_secrets: {
    type: 'gauge',
    labels: ['age', 'last_used'],
    help: 'Live secrets of enabled clients, counted anew every few minutes',
    unit: 'secrets',
    values: {
      age: AGE_BUCKETS.map(({ label }) => label),
      last_used: [...LAST_USE_BUCKETS.map(({ label }) => label), NEVER_USED],
    },
  },
  ambit_http_requests_total: {
    type: 'counter',
    labels: ['endpoint', 'code'],
    help: 'Requests answered',
    unit: 'requests',
    values: { endpoint: ENDPOINTS },
  },
  ambit_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['endpoint'],
    help: 'How long it took until an answer was ready, its audit record included',
    unit: 'seconds',
    buckets: LATENCY_BUCKETS,
    values: { endpoint: ENDPOINTS },
  },
} as const satisfies Readonly<Record<`ambit_${string}`, MetricRow>>;

/** Every metric of the exposition; the reference page is made from it. */
export const METRICS: Readonly<Record<string, MetricRow>> = {
  ...AMBIT_METRICS,
  ...PROCESS_METRICS,
};
