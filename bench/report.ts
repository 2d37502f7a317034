import { isMet } from './aims.ts';
import type { Aim } from './aims.ts';
import { percentile } from './load/statistics.ts';
import type { Spread } from './load/statistics.ts';
import type { MemoryFigures, RowFigures } from './measure.ts';
import type { PacedFigures } from './paced.ts';
import type { SuiteResult, TimeFigures } from './suite.ts';

/** The figures of a run as Markdown. */
export function renderReport(suites: Readonly<Record<string, SuiteResult>>): string {
  const sections = Object.entries(suites).map(([name, { rows, times, paced }]) =>
    [
      `## ${name}`,
      ...(rows ? [rowsTable(rows)] : []),
      ...(times ? [timesTable(times)] : []),
      ...(paced ? [pacedTable(paced)] : []),
    ].join('\n\n'),
  );
  const all = Object.values(suites);
  const memory = all
    .flatMap((suite) => suite.memory ?? [])
    .filter(({ atRestBytes }) => !Number.isNaN(atRestBytes));
  return [
    ...sections,
    ...(memory.length > 0 ? ['## memory', memoryTable(memory)] : []),
    '## aims',
    aimsTable(all.flatMap(({ aims }) => aims)),
    '',
  ].join('\n\n');
}

const rowsTable = (rows: readonly RowFigures[]): string =>
  table(
    ['row', 'requests/s', 'CPU µs/request', 'p50 ms', 'p99 ms'],
    rows.map(({ name, requestsPerSecond, cpuMicros, p50Ms, p99Ms }) => [
      name,
      spread(requestsPerSecond),
      spread(cpuMicros),
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
    ]),
  );

const timesTable = (times: readonly TimeFigures[]): string =>
  table(
    ['what', 'median ms', 'slowest ms'],
    times.map(({ name, timesMs }) => [
      name,
      percentile(timesMs, 50).toFixed(0),
      percentile(timesMs, 100).toFixed(0),
    ]),
  );

const pacedTable = (rows: readonly PacedFigures[]): string =>
  table(
    [
      'evenly, at 70 % of capacity',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'p99.9 ms',
      'p99 ms of a round',
    ],
    rows.map(({ name, requestsPerSecond, p50Ms, p99Ms, p999Ms, roundP99Ms }) => [
      name,
      requestsPerSecond.toFixed(0),
      ...[p50Ms, p99Ms, p999Ms].map((figure) => figure.toFixed(2)),
      spread(roundP99Ms),
    ]),
  );

const memoryTable = (memory: readonly MemoryFigures[]): string =>
  table(
    ['server', 'at rest MiB', 'under load MiB'],
    memory.map(({ server, atRestBytes, underLoadBytes }) => [
      server,
      mebibytes(atRestBytes),
      mebibytes(underLoadBytes),
    ]),
  );

const aimsTable = (aims: readonly Aim[]): string =>
  table(
    ['aim', 'figure', 'bound', ''],
    aims.map((aim) => [
      aim.aim,
      amount(aim, aim.figure),
      bound(aim),
      isMet(aim) ? 'met' : 'missed',
    ]),
  );

const amount = ({ unit }: Aim, value: number): string =>
  `${value.toFixed(2)}${unit === undefined ? '' : ` ${unit}`}`;

const bound = (aim: Aim): string =>
  'atLeast' in aim.bound
    ? `≥ ${amount(aim, aim.bound.atLeast)}`
    : `≤ ${amount(aim, aim.bound.atMost)}`;

/** Median, and the lowest and highest round. */
const spread = ({ median, lowest, highest }: Spread): string =>
  `${median.toFixed(0)} (${lowest.toFixed(0)}–${highest.toFixed(0)})`;

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** A table whose first column is text and whose others are right-aligned. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
