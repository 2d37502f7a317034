/**
 * The long form of test/fuzz.test.ts: `npm run drill:fuzz [-- --seed N --from K --requests N]`; 200,000 requests, 1 and 0
 * by default. Every 25,000 of them go to a server of their own.
 */
import { parseArgs } from 'node:util';
import { owed } from '../fuzz/coverage.ts';
import { growthPerRequest, MEASURED, measureMemory } from '../fuzz/memory.ts';
import type { MemorySample } from '../fuzz/memory.ts';
import { fuzz, FUZZED } from '../fuzz/run.ts';
import { printTally } from '../fuzz/tally.ts';
import type { Tally } from '../fuzz/tally.ts';
import { startServer } from '../support/server.ts';

/** What keeps a request or an answer from being forgotten takes thousands of bytes each time. */
const MOST_GROWTH_BYTES = 400;
const MEASURED_EVERY = 2000;
const PROGRESS_EVERY = 10_000;
const SLOW_MS = 1000;
/** How many requests a server gets; the log that they leave is exported whole by some of those that come later. */
const EACH = 25_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    requests: { type: 'string', default: '200000' },
  },
});
const [seed, from, requests] = [values.seed, values.from, values.requests].map(Number) as [
  number,
  number,
  number,
];
if (![seed, from, requests].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  throw new Error('--seed, --from and --requests take whole numbers');
}
const tally: Tally = new Map();

/** Sends some of the requests to a server of their own, and tells what came of them; whether all is as it should be. */
async function fuzzOne(first: number, count: number): Promise<boolean> {
  const server = await startServer({ env: { ...FUZZED, ...MEASURED } });
  try {
    const samples: MemorySample[] = [];
    const {
      requests: sent,
      seconds,
      failures,
      slow,
    } = await fuzz(server, {
      ...{ seed, from: first, requests: count, tally },
      onFailure({ index, request, broken }) {
        process.stderr.write(`#${String(index)} ${request.endpoint}: ${broken.join('; ')}\n`);
      },
      async onRound(done) {
        if (done % PROGRESS_EVERY === 0) process.stderr.write(`${String(first + done)}\n`);
        if (done % MEASURED_EVERY === 0) samples.push(await measureMemory(server, done));
        return undefined;
      },
    });
    const growth = growthPerRequest(samples);
    const slowTwice = slow.filter(({ againMilliseconds }) => againMilliseconds > SLOW_MS);
    const errors = server
      .output()
      .stdout.split('\n')
      .filter((line) => line.includes('"level":"error"'));
    for (const { index, request, broken, replay, smallest } of failures) {
      console.log(`\n#${String(index)} ${request.endpoint}, ${request.flaw}: ${broken.join('; ')}`);
      console.log(`  again:    ${replay}\n  smallest: ${smallest}`);
    }
    const figures = {
      ...{ seed, from: first, requests: sent, seconds: Math.round(seconds) },
      failures: failures.length,
      slow: { once: slow.length, again: slowTwice.length, worst: slow.slice(0, 5) },
      heap: {
        growthPerRequest: growth === undefined ? 'too few samples' : Math.round(growth),
        megabytes: samples.map(({ heapUsed }) => Math.round(heapUsed / 100_000) / 10),
        rss: samples.map(({ rss }) => Math.round(rss / 1_000_000)),
      },
      errorsInTheLog: errors.slice(0, 5),
    };
    console.log(JSON.stringify(figures, undefined, 2));
    return (
      failures.length + slowTwice.length + errors.length === 0 && (growth ?? 0) < MOST_GROWTH_BYTES
    );
  } finally {
    await server.remove();
  }
}

let isSound = true;
for (let done = 0; done < requests; done += EACH) {
  const sound = await fuzzOne(from + done, Math.min(EACH, requests - done));
  isSound &&= sound;
}
for (const line of printTally(tally)) console.log(line);
console.log(JSON.stringify({ neverSeen: owed(tally), sound: isSound }, undefined, 2));
process.exitCode = isSound ? 0 : 1;
