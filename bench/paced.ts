import { present } from '@ambit/scope-catalog';
import { runOpenLoad } from './load/open-load.ts';
import { percentile, spreadOf } from './load/statistics.ts';
import type { Spread } from './load/statistics.ts';
import type { Row, RowFigures, Schedule } from './measure.ts';

/** How a server answers requests that come evenly, at a share of what it can do at most. */
export interface PacedFigures {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Of all requests of all rounds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Of single rounds. */
  readonly roundP99Ms: Spread;
}

const SHARE = 0.7;

/** Enough of them that a request waits for the server alone. */
const CONNECTIONS = 256;

/** Until what so many connections need for the first time is there, and what it took the place of is collected. */
const WARM_UP_MS = 6_000;

/** Measures latencies at 70 % of the capacity that a row was found to have; they count from when a request was due. */
export async function measurePaced(
  rows: readonly Row[],
  figures: readonly RowFigures[],
  { roundMs, rounds }: Schedule,
): Promise<PacedFigures[]> {
  const results = rows.map((row) => {
    const capacity = figures.find(({ name }) => name === row.name)?.requestsPerSecond.median ?? NaN;
    return { row, requestsPerSecond: SHARE * capacity, latenciesMs: [] as (readonly number[])[] };
  });
  const run = async ({ row, requestsPerSecond }: (typeof results)[number], durationMs: number) => {
    const { server, next, mark } = row;
    const host = present({ host: server.host });
    const target = { ...host, port: server.port, connections: CONNECTIONS };
    return (await runOpenLoad({ ...target, next, mark, requestsPerSecond, durationMs }))
      .latenciesMs;
  };

  for (const result of results) await run(result, WARM_UP_MS);
  for (let round = 0; round < rounds; round += 1) {
    for (const result of results) result.latenciesMs.push(await run(result, roundMs));
  }
  return results.map(({ row: { name }, requestsPerSecond, latenciesMs }) => {
    const all = latenciesMs.flat();
    return {
      ...{ name, requestsPerSecond },
      p50Ms: percentile(all, 50),
      p99Ms: percentile(all, 99),
      p999Ms: percentile(all, 99.9),
      roundP99Ms: spreadOf(latenciesMs.map((latencies) => percentile(latencies, 99))),
    };
  });
}
