import type { AuditEntry } from '../audit/record.ts';
import { createDecisionCounter } from './count-decisions.ts';
import type { DecisionCounter } from './count-decisions.ts';
import { ENDPOINTS, UNKNOWN } from './label-values.ts';
import type { Endpoint } from './label-values.ts';
import type { Commit } from './ports.ts';
import { createRegistry } from './registry.ts';
import type { MetricReading, Registry } from './registry.ts';
import type { Cell } from './series.ts';
import { addStateGauges } from './state-gauges.ts';
import type { GaugedState } from './state-gauges.ts';

/** What became of the records of decisions. */
export type RecordOutcome = 'recorded' | 'failed' | 'sampled_out' | 'counted';

/** A quota that a token was counted in. */
export interface QuotaObservation {
  readonly scope: string;
  readonly mode: 'enforce' | 'observe';
  readonly exceeded: boolean;
}

/** The metrics of a server: what happens is told to them, and they are told to whoever may ask. */
export interface Metrics {
  /** Counts a decision, before its record is written. */
  observeDecision(entry: AuditEntry): void;
  /** Counts what became of the records of so many decisions; each decision is to be accounted for once. */
  observeRecords(outcome: RecordOutcome, decisions?: number): void;
  observeCommit(commit: Commit): void;
  observeQuota(observation: QuotaObservation): void;
  /** Counts an answer and the time it took. */
  observeAnswer(endpoint: Endpoint, status: number, seconds: number): void;
  /** Every metric as it stands. */
  read(): Promise<readonly MetricReading[]>;
}

/** What metrics are made from. */
export interface MetricsDependencies extends GaugedState {
  readonly serverVersion: string;
  /** Is told of a gauge that could not be read. */
  readonly onFault: (metric: string, error: unknown) => void;
}

/** Answers that are counted from 0 on, so that the first of a kind is seen as a rise. */
const EXPECTED_STATUSES = [200, 400, 401, 429, 500, 503];

/** Makes the metrics of one server. */
export function createMetrics({ serverVersion, onFault, ...state }: MetricsDependencies): Metrics {
  const registry = createRegistry({ onFault });
  registry.gauge('ambit_build_info', () => [
    { labels: { version: serverVersion, node_version: process.version }, value: 1 },
  ]);
  addStateGauges(registry, state);
  const decisions = createDecisionCounter(registry, state.activeCatalog);
  return {
    ...completeness(registry, decisions),
    observeCommit: commits(registry),
    observeQuota: quotas(registry, state),
    observeAnswer: answers(registry),
    async read() {
      await state.refresh?.().catch((error: unknown) => {
        onFault('ambit_catalog_active_version', error);
      });
      decisions.begin();
      return registry.read();
    },
  };
}

/** Counts decisions beside what became of their records, so that whatever is missing shows. */
function completeness(registry: Registry, decisions: Pick<DecisionCounter, 'count'>) {
  const outcomes: Readonly<Record<RecordOutcome, Cell>> = {
    recorded: registry.counter('ambit_audit_recorded_total').cell({}),
    failed: registry.counter('ambit_audit_failed_total').cell({}),
    sampled_out: registry.counter('ambit_audit_sampled_out_total').cell({}),
    counted: registry.counter('ambit_audit_counted_total').cell({}),
  };
  let pending = 0;
  registry.gauge('ambit_audit_pending', () => [{ labels: {}, value: pending }]);
  return {
    observeDecision(entry: AuditEntry) {
      pending += 1;
      decisions.count(entry);
    },
    observeRecords(outcome: RecordOutcome, count = 1) {
      pending -= count;
      outcomes[outcome].value += count;
    },
  };
}

function commits(registry: Registry): Metrics['observeCommit'] {
  const duration = registry.histogram('ambit_store_commit_duration_seconds');
  const durations = { group: duration({ kind: 'group' }), change: duration({ kind: 'change' }) };
  const size = registry.histogram('ambit_store_commit_writes')({});
  return ({ kind, writes, seconds }) => {
    durations[kind](seconds);
    if (kind === 'group') size(writes);
  };
}

function quotas(registry: Registry, { activeCatalog }: GaugedState): Metrics['observeQuota'] {
  const observations = registry.counter('ambit_quota_observations_total');
  return ({ scope, mode, exceeded }) => {
    const known = activeCatalog()?.compiled.scopes.has(scope) === true;
    observations.cell({
      scope: known ? scope : UNKNOWN,
      mode,
      result: exceeded ? 'exceeded' : 'within',
    }).value += 1;
  };
}

function answers(registry: Registry): Metrics['observeAnswer'] {
  const requests = registry.counter('ambit_http_requests_total');
  const limited = registry.counter('ambit_requests_limited_total');
  const duration = registry.histogram('ambit_http_request_duration_seconds');
  const cellOf = (endpoint: Endpoint, status: number): Cell =>
    requests.cell({ endpoint, code: String(status) });
  const byEndpoint = new Map(
    ENDPOINTS.map((endpoint) => [
      endpoint,
      {
        statuses: new Map(EXPECTED_STATUSES.map((status) => [status, cellOf(endpoint, status)])),
        limited: limited.cell({ endpoint }),
        duration: duration({ endpoint }),
      },
    ]),
  );
  return (endpoint, status, seconds) => {
    const counted = byEndpoint.get(endpoint);
    if (!counted) return;
    (counted.statuses.get(status) ?? cellOf(endpoint, status)).value += 1;
    if (status === 429) counted.limited.value += 1;
    counted.duration(seconds);
  };
}
