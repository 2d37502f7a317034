/** What a metric is, and everything its exposition says of it. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly LabelName[];
  readonly help: string;
  /** What its value counts; the base unit that its name ends in, where it is one of measure. */
  readonly unit: 'seconds' | 'bytes' | 'ratio' | (string & {});
  /** Upper bounds of the buckets of a histogram, in its unit. */
  readonly buckets?: readonly number[];
  /** Where it cannot be had elsewhere. */
  readonly on?: 'linux';
}

/**
 * Every label, and where its values come from. None of them can be chosen by whoever sends a request, so the number of
 * series is bounded by the catalog; clients and addresses are no label (ADR-0014).
 */
export const LABELS = {
  scope: 'a scope of the catalog, or `unknown`',
  resource_server: 'a resource server of the catalog, or `unknown`',
  catalog_version:
    'the catalog version that decided; the last three are kept, and series of older ones end',
  grant: '`client_credentials`, `token_exchange` or `workload`',
  reason: 'why it was refused, from a closed list',
  result: 'what came of it, from a closed list',
  event: 'an [audit event](audit-events.md)',
  decision: '`granted` or `refused`',
  kind: 'which kind of it, from a closed list',
  endpoint: 'what the request was sent to, from a closed list',
  code: 'the status of the answer',
  alg: 'a signing algorithm',
  state: 'a state of a signing key: `next`, `active` or `retired`',
  age: 'how long ago the secret was made: `under_30d`, `30d_to_90d`, `90d_to_180d`, `180d_to_365d` or `over_365d`',
  last_used:
    'how long ago the secret was last used: `under_1d`, `1d_to_7d`, `7d_to_30d`, `30d_to_90d`, `over_90d` or `never`',
  mode: '`enforce` or `observe`',
  version: 'the version of `ambit-idp`',
  node_version: 'the version of Node',
} as const satisfies Readonly<Record<string, string>>;

/** One of {@link LABELS}. */
export type LabelName = keyof typeof LABELS;

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
  },
  ambit_workloads_refused_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Tokens from elsewhere that made nobody a client',
    unit: 'requests',
  },
  ambit_introspections_total: {
    type: 'counter',
    labels: ['result'],
    help: 'Introspections; `result` is `active`, or why the token is inactive or the request was refused',
    unit: 'requests',
  },
  ambit_expired_tokens_presented_total: {
    type: 'counter',
    labels: ['endpoint'],
    help: 'Tokens presented after they had expired',
    unit: 'tokens',
  },
  ambit_revocations_total: {
    type: 'counter',
    labels: ['kind'],
    help: 'Revocations that took effect',
    unit: 'revocations',
  },
  ambit_requests_limited_total: {
    type: 'counter',
    labels: ['endpoint'],
    help: 'Requests turned away because there were too many of them (429)',
    unit: 'requests',
  },
  ambit_quota_observations_total: {
    type: 'counter',
    labels: ['scope', 'mode', 'result'],
    help: 'Tokens counted in the quota of a scope; `result` is `within` or `exceeded`',
    unit: 'tokens',
  },
  ambit_decisions_total: {
    type: 'counter',
    labels: ['event', 'decision'],
    help: 'Decisions and changes, as the audit log names them',
    unit: 'decisions',
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
  },
  ambit_store_commit_writes: {
    type: 'histogram',
    labels: [],
    help: 'Small writes that were committed together in one group',
    unit: 'writes',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  },
  ambit_signing_key_age_seconds: {
    type: 'gauge',
    labels: ['alg', 'state'],
    help: 'How long the oldest signing key of an algorithm has been in a state',
    unit: 'seconds',
  },
  ambit_signing_key_overdue: {
    type: 'gauge',
    labels: ['alg'],
    help: '1 while an active signing key has signed for longer than it should, else 0',
    unit: 'one or none',
  },
  ambit_client_secrets: {
    type: 'gauge',
    labels: ['age', 'last_used'],
    help: 'Live secrets of enabled clients, counted anew every few minutes',
    unit: 'secrets',
  },
  ambit_http_requests_total: {
    type: 'counter',
    labels: ['endpoint', 'code'],
    help: 'Requests answered',
    unit: 'requests',
  },
  ambit_http_request_duration_seconds: {
    type: 'histogram',
    labels: ['endpoint'],
    help: 'How long it took until an answer was ready, its audit record included',
    unit: 'seconds',
    buckets: LATENCY_BUCKETS,
  },
} as const satisfies Readonly<Record<`ambit_${string}`, MetricRow>>;

/** What prom-client measures of the process, in its own words; whatever else it measures is left out. */
export const PROCESS_METRICS = {
  process_start_time_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Start time of the process since unix epoch in seconds.',
    unit: 'seconds',
  },
  process_cpu_seconds_total: {
    type: 'counter',
    labels: [],
    help: 'Total user and system CPU time spent in seconds.',
    unit: 'seconds',
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Resident memory size in bytes.',
    unit: 'bytes',
  },
  process_open_fds: {
    type: 'gauge',
    labels: [],
    help: 'Number of open file descriptors.',
    unit: 'descriptors',
    on: 'linux',
  },
  process_max_fds: {
    type: 'gauge',
    labels: [],
    help: 'Maximum number of open file descriptors.',
    unit: 'descriptors',
    on: 'linux',
  },
  nodejs_eventloop_lag_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Lag of event loop in seconds.',
    unit: 'seconds',
  },
  nodejs_eventloop_lag_mean_seconds: {
    type: 'gauge',
    labels: [],
    help: 'The mean of the recorded event loop delays.',
    unit: 'seconds',
  },
  nodejs_eventloop_lag_p99_seconds: {
    type: 'gauge',
    labels: [],
    help: 'The 99th percentile of the recorded event loop delays.',
    unit: 'seconds',
  },
  nodejs_heap_size_total_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Process heap size from Node.js in bytes.',
    unit: 'bytes',
  },
  nodejs_heap_size_used_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Process heap size used from Node.js in bytes.',
    unit: 'bytes',
  },
  nodejs_external_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Node.js external memory size in bytes.',
    unit: 'bytes',
  },
  nodejs_gc_duration_seconds: {
    type: 'histogram',
    labels: ['kind'],
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    unit: 'seconds',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** Every metric of the exposition; the reference page is made from it. */
export const METRICS: Readonly<Record<string, MetricRow>> = {
  ...AMBIT_METRICS,
  ...PROCESS_METRICS,
};
