import type { MetricRow } from './metric-row.ts';

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
    values: { kind: ['major', 'minor', 'incremental', 'weakcb'] },
  },
} as const satisfies Readonly<Record<string, MetricRow>>;
