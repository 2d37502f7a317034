import { present } from '@ambit/scope-catalog';
import { runOpenLoad } from './load/open-load.ts';
import { percentile } from './load/statistics.ts';
import type { Row, RowFigures, Schedule } from './measure.ts';

/** How a server answers requests that come evenly, at a share of what it can do at most. */
export interface PacedFigures {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

const SHARE = 0.7;

/** Enough of them that a request waits for the server alone. */
const CONNECTIONS = 256;

/** Measures latencies at 70 % of the capacity that a row was found to have; they count from when a request was due. */
export async function measurePaced(
  rows: readonly Row[],
  figures: readonly RowFigures[],
  { roundMs, rounds }: Schedule,
): Promise<PacedFigures[]> {
  const paced: PacedFigures[] = [];
  for (const { name, server, next, mark } of rows) {
    const capacity = figures.find((row) => row.name === name)?.requestsPerSecond.median ?? NaN;
    const requestsPerSecond = SHARE * capacity;
    const { latenciesMs } = await runOpenLoad({
      ...present({ host: server.host }),
      ...{ port: server.port, next, mark, requestsPerSecond },
      connections: CONNECTIONS,
      durationMs: (roundMs * rounds) / 2,
    });
    paced.push({
      ...{ name, requestsPerSecond },
      p50Ms: percentile(latenciesMs, 50),
      p99Ms: percentile(latenciesMs, 99),
      p999Ms: percentile(latenciesMs, 99.9),
    });
  }
  return paced;
}
