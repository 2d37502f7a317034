/**
 * The long form of test/narrow.test.ts: `npm run drill:narrow [-- --seed N --from K --requests N]`; 100,000 requests, 1 and 0
 * by default.
 */
import { parseArgs } from 'node:util';
import { compareRoads } from '../narrow/run.ts';

const PROGRESS_EVERY = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    requests: { type: 'string', default: '100000' },
  },
});
const figures = await compareRoads({
  seed: Number(values.seed),
  from: Number(values.from),
  requests: Number(values.requests),
  onRound(done) {
    if (done % PROGRESS_EVERY === 0) process.stderr.write(`${String(done)} requests\n`);
  },
});
console.log(JSON.stringify({ ...figures, seconds: Math.round(figures.seconds) }, undefined, 2));
process.exitCode = figures.differences.length === 0 ? 0 : 1;
