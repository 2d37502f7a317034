import { LABELS } from '../../packages/idp/src/metrics/metric-row.ts';
import type { MetricRow } from '../../packages/idp/src/metrics/metric-row.ts';
import { PROCESS_METRICS } from '../../packages/idp/src/metrics/process-table.ts';
import { AMBIT_METRICS } from '../../packages/idp/src/metrics/table.ts';
import { OPENTELEMETRY_VARIABLES } from '../../packages/idp/src/config/opentelemetry.ts';
import { ATTRIBUTES } from '../../packages/idp/src/tracing/tracing.ts';
import { code, page, table } from './markdown.ts';

const metricTable = (metrics: Readonly<Record<string, MetricRow>>): string =>
  table(
    ['metric', 'type', 'unit', 'labels', 'meaning'],
    Object.entries(metrics).map(([name, { type, unit, labels, help }]) => [
      code(name),
      type,
      unit,
      labels.map(code).join(', '),
      help,
    ]),
  );

/** The lists that are closed, by metric and label; the events have a page of their own. */
const closedLists = (metrics: Readonly<Record<string, MetricRow>>): string =>
  table(
    ['metric', 'label', 'values'],
    Object.entries(metrics).flatMap(([name, { values = {} }]) =>
      Object.entries(values)
        .filter(([label]) => label !== 'event')
        .map(([label, list]) => [code(name), code(label), list.map(code).join(', ')]),
    ),
  );

/** The page of the metrics. */
export const renderMetrics = (): string =>
  page(
    '# Metrics',
    'At `/metrics`, in the text format of Prometheus: open on the listener of `AMBIT_MANAGEMENT_LISTEN`, elsewhere for access tokens with `ambit.metrics:read`. Each server counts for itself, from its start on. Dashboards, rules and alerts over these are in `deploy/`.',
    '## What Ambit does',
    metricTable(AMBIT_METRICS),
    '## Labels',
    table(
      ['label', 'values'],
      Object.entries(LABELS).map(([label, values]) => [code(label), values]),
    ),
    '## Closed lists',
    closedLists({ ...AMBIT_METRICS, ...PROCESS_METRICS }),
    '## The process',
    'As prom-client measures it. The lag of the event loop is some 10 ms when there is nothing to do: so coarse is its clock.',
    metricTable(PROCESS_METRICS),
  );

/** The page of the traces. */
export const renderTraces = (): string =>
  page(
    '# Traces',
    'One span per request, sent by OTLP over HTTP where an endpoint is named; probes of health and metrics are left out. A `traceparent` that comes with a request (W3C Trace Context) continues its trace.',
    '## Attributes',
    table(
      ['attribute', 'meaning'],
      Object.entries(ATTRIBUTES).map(([name, meaning]) => [code(name), meaning]),
    ),
    '## Variables',
    'Read by the SDK of OpenTelemetry, together with the others of its specification; they have no flags.',
    table(
      ['variable', 'meaning'],
      OPENTELEMETRY_VARIABLES.map(({ name, description }) => [code(name), description]),
    ),
  );
