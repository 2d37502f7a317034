/**
 * The long form of test/narrow.test.ts: `npm run drill:narrow [-- --seed N --from K --requests N]`; 100,000 requests, 1 and 0
 * by default.
 */
import { parseArgs } from 'node:util';
import { compareRoads } from '../narrow/run.ts';
import { shortfalls } from '../narrow/shares.ts';

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
const tooFew = shortfalls(figures);
const seconds = Math.round(figures.seconds);
console.log(JSON.stringify({ ...figures, seconds, tooFew }, undefined, 2));
process.exitCode = figures.differences.length + tooFew.length === 0 ? 0 : 1;
