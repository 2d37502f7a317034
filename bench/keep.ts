import { mkdirSync, writeFileSync } from 'node:fs';
import { plotRows } from './plot.ts';
import { renderReport } from './report.ts';
import type { SuiteResult } from './suite.ts';

/** What a run came to, and where. */
export interface Run {
  readonly machine: Readonly<Record<string, unknown>>;
  /** How much other work there was on the machine. */
  readonly busyBefore: number | undefined;
  readonly schedule: unknown;
  readonly suites: Readonly<Record<string, SuiteResult>>;
}

/** Keeps a run in a folder: every round as JSON, a page about it, and a plot for each suite that has rows. */
export function keepRun(folder: URL, run: Run): void {
  mkdirSync(folder, { recursive: true });
  const keep = (name: string, text: string): void => {
    writeFileSync(new URL(name, folder), text);
  };
  const plots = Object.entries(run.suites).flatMap(([name, { rows }]) =>
    rows ? [{ name: `${name}.svg`, text: plotRows(`${name}: requests per second`, rows) }] : [],
  );
  keep('figures.json', `${JSON.stringify(run, undefined, 2)}\n`);
  for (const { name, text } of plots) keep(name, text);
  keep(
    'README.md',
    page(
      run,
      plots.map(({ name }) => name),
    ),
  );
}

const page = ({ machine, busyBefore, suites }: Run, plots: readonly string[]): string =>
  [
    '# Figures of one run',
    `${Object.entries(machine)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join(
        ', ',
      )}; load before: ${String(busyBefore)}. [How to read them](../../../docs/benchmark.md); [every round](figures.json).`,
    ...plots.map((name) => `![${name}](${name})`),
    renderReport(suites),
  ].join('\n\n');
