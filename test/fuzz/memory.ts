import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** How much memory a server took after some number of requests, garbage left out; in bytes. */
export interface MemorySample {
  readonly requests: number;
  readonly heapUsed: number;
  readonly rss: number;
}

/** The environment of a server whose memory can be measured. */
export const MEASURED = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'memory-probe.ts')).href}`,
};

const LINE = /^\{"memory":(.+)\}$/gm;

/** Measures a server that was started with {@link MEASURED}. */
export async function measureMemory(server: TestServer, requests: number): Promise<MemorySample> {
  const told = (): RegExpMatchArray[] => [...server.output().stderr.matchAll(LINE)];
  const before = told().length;
  server.child.kill('SIGUSR2');
  await until(() => told().length > before);
  const { heapUsed, rss } = JSON.parse(told().at(-1)?.[1] ?? '{}') as MemorySample;
  return { requests, heapUsed, rss };
}

/** Which share of the samples is of a server that still fills its caches. */
const WARM_UP = 1 / 3;

/**
 * By how many bytes the heap grew with each request, once the caches were warm: the median of the slopes between any
 * two samples, so that no single one decides (Theil and Sen). Undefined where there are too few.
 */
export function growthPerRequest(samples: readonly MemorySample[]): number | undefined {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const slopes = warm
    .flatMap((later, index) =>
      warm
        .slice(0, index)
        .map(
          (earlier) => (later.heapUsed - earlier.heapUsed) / (later.requests - earlier.requests),
        ),
    )
    .sort((a, b) => a - b);
  return warm.length < 4 ? undefined : slopes[Math.floor(slopes.length / 2)];
}
