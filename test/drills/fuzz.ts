/**
 * The long form of test/fuzz.test.ts: `npm run drill:fuzz [-- --seed N --from K --requests N]`; 200,000 requests, 1 and 0
 * by default.
 */
import { parseArgs } from 'node:util';
import { owed } from '../fuzz/coverage.ts';
import { growthPerRequest, MEASURED, measureMemory } from '../fuzz/memory.ts';
import type { MemorySample } from '../fuzz/memory.ts';
import { fuzz, FUZZED } from '../fuzz/run.ts';
import { printTally } from '../fuzz/tally.ts';
import { startServer } from '../support/server.ts';

/** What keeps a request or an answer from being forgotten takes thousands of bytes each time. */
const MOST_GROWTH_BYTES = 400;
const MEASURED_EVERY = 5000;
const PROGRESS_EVERY = 10_000;
const SLOW_MS = 1000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    requests: { type: 'string', default: '200000' },
  },
});
const server = await startServer({ env: { ...FUZZED, ...MEASURED } });
try {
  const samples: MemorySample[] = [];
  const figures = await fuzz(server, {
    seed: Number(values.seed),
    from: Number(values.from),
    requests: Number(values.requests),
    onFailure({ index, request, broken }) {
      process.stderr.write(`#${String(index)} ${request.endpoint}: ${broken.join('; ')}\n`);
    },
    async onRound(done) {
      if (done % PROGRESS_EVERY === 0) process.stderr.write(`${String(done)} requests\n`);
      if (done % MEASURED_EVERY === 0) samples.push(await measureMemory(server, done));
      return undefined;
    },
  });
  const { seed, requests, seconds, failures, slow, tally } = figures;
  const growth = growthPerRequest(samples);
  const slowTwice = slow.filter(({ againMilliseconds }) => againMilliseconds > SLOW_MS);
  const errors = server
    .output()
    .stdout.split('\n')
    .filter((line) => line.includes('"level":"error"'));

  for (const line of printTally(tally)) console.log(line);
  for (const { index, request, broken, replay, smallest } of failures) {
    console.log(`\n#${String(index)} ${request.endpoint}, ${request.flaw}: ${broken.join('; ')}`);
    console.log(`  again:    ${replay}\n  smallest: ${smallest}`);
  }
  console.log(
    JSON.stringify(
      {
        ...{ seed, requests, seconds: Math.round(seconds), failures: failures.length },
        slow: { once: slow.length, again: slowTwice.length, worst: slow.slice(0, 5) },
        heap: {
          growthPerRequest: growth === undefined ? 'too few samples' : Math.round(growth),
          megabytes: samples.map(({ heapUsed }) => Math.round(heapUsed / 100_000) / 10),
          rss: samples.map(({ rss }) => Math.round(rss / 1_000_000)),
        },
        errorsInTheLog: errors.slice(0, 5),
        neverSeen: owed(tally),
      },
      undefined,
      2,
    ),
  );
  const sound =
    failures.length + slowTwice.length + errors.length === 0 && (growth ?? 0) < MOST_GROWTH_BYTES;
  process.exitCode = sound ? 0 : 1;
} finally {
  await server.remove();
}
