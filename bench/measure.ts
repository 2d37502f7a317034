import { present } from '@ambit/scope-catalog';
import { runLoad } from './load/http-load.ts';
import { percentile, spreadOf } from './load/statistics.ts';
import type { Spread } from './load/statistics.ts';
import { readProcessFigures } from './machine/process-figures.ts';
import type { ProcessFigures } from './machine/process-figures.ts';
import type { ServerProcess } from './servers/server-process.ts';

/** A server as far as measuring goes: one that somebody else has started has no process here. */
export type MeasuredServer = Pick<ServerProcess, 'name' | 'port' | 'restingBytes'> &
  Partial<Pick<ServerProcess, 'pid'>> & { readonly host?: string };

/** One thing to measure: a server and the requests it is sent. */
export interface Row {
  readonly name: string;
  readonly server: MeasuredServer;
  readonly next: () => Buffer;
  /** What every good answer contains. */
  readonly mark: string;
  /** How many different requests there are, where it takes time until most of them have come once. */
  readonly variety?: number;
  /** How many times as many connections it gets as the others; one time unless told. */
  readonly times?: number;
}

/** How long to measure. */
export interface Schedule {
  readonly connections: number;
  readonly warmUpMs: number;
  /** How often, on average, each of a variety of requests is sent to warm up. */
  readonly warmUpPasses: number;
  readonly rounds: number;
  readonly roundMs: number;
}

interface Round {
  readonly requestsPerSecond: number;
  readonly cpuMicros: number;
}

/** What one row came to. */
export interface RowFigures {
  readonly name: string;
  readonly server: string;
  readonly requestsPerSecond: Spread;
  /** Processor time of the server's process per request. */
  readonly cpuMicros: Spread;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rounds: readonly Round[];
}

/** The resident set of a server's process. */
export interface MemoryFigures {
  readonly server: string;
  readonly atRestBytes: number;
  readonly underLoadBytes: number;
}

export interface Measurement {
  readonly rows: readonly RowFigures[];
  readonly memory: readonly MemoryFigures[];
}

/**
 * Measures rows in interleaved rounds, A B C A B C …, so that whatever else the machine does falls on all of them
 * alike. Each is warmed up first.
 */
export async function measure(rows: readonly Row[], schedule: Schedule): Promise<Measurement> {
  const { connections, warmUpMs, warmUpPasses, rounds, roundMs } = schedule;
  const memory = new Map(rows.map(({ server }) => [server, restingMemory(server)]));
  const run = ({ server, next, mark, times = 1 }: Row, durationMs: number) =>
    runLoad({
      ...present({ host: server.host }),
      port: server.port,
      connections: connections * times,
      durationMs,
      next,
      mark,
    });

  for (const row of rows) {
    let sent = 0;
    do sent += (await run(row, warmUpMs)).requests;
    while (sent < warmUpPasses * (row.variety ?? 0));
  }

  const results = rows.map((row) => ({ row, rounds: [] as Round[], latenciesMs: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { row, rounds: done, latenciesMs } of results) {
      const before = figuresOf(row.server);
      const figures = await run(row, roundMs);
      const after = figuresOf(row.server);
      done.push({
        requestsPerSecond: figures.requests / figures.seconds,
        cpuMicros: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / figures.requests,
      });
      for (const latency of figures.latenciesMs) latenciesMs.push(latency);
      noteMemory(memory, row.server, after.residentBytes);
    }
    process.stderr.write(`round ${String(round + 1)} of ${String(rounds)}\n`);
  }

  return {
    rows: results.map(({ row, rounds: done, latenciesMs }) => ({
      name: row.name,
      server: row.server.name,
      requestsPerSecond: spreadOf(done.map((round) => round.requestsPerSecond)),
      cpuMicros: spreadOf(done.map((round) => round.cpuMicros)),
      p50Ms: percentile(latenciesMs, 50),
      p99Ms: percentile(latenciesMs, 99),
      rounds: done,
    })),
    memory: [...memory.values()],
  };
}

const figuresOf = ({ pid }: MeasuredServer): ProcessFigures =>
  pid === undefined ? { cpuSeconds: NaN, residentBytes: NaN } : readProcessFigures(pid);

const restingMemory = ({ name, restingBytes }: MeasuredServer): MemoryFigures => ({
  server: name,
  atRestBytes: restingBytes,
  underLoadBytes: restingBytes,
});

function noteMemory(
  memory: Map<MeasuredServer, MemoryFigures>,
  server: MeasuredServer,
  residentBytes: number,
): void {
  const known = memory.get(server);
  if (known && residentBytes > known.underLoadBytes) {
    memory.set(server, { ...known, underLoadBytes: residentBytes });
  }
}

/**
 * How one row compares with another: the median of the ratios of the rounds that ran side by side. What slows down both
 * cancels out.
 */
export function ratio(
  rows: readonly RowFigures[],
  figure: keyof Round,
  numerator: string,
  denominator: string,
): number {
  const above = roundsOf(rows, numerator);
  const below = roundsOf(rows, denominator);
  return percentile(
    above.map((round, index) => round[figure] / (below[index]?.[figure] ?? NaN)),
    50,
  );
}

function roundsOf(rows: readonly RowFigures[], name: string): readonly Round[] {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`no row is named ${name}`);
  return row.rounds;
}
