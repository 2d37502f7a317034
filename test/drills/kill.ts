/** The long form of test/killed.test.ts: `npm run drill:kill [-- KILLS [SEED]]`, 50 of them by default. */
import { drillKill } from '../support/kill-drill.ts';

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`seed ${seed}`);
const figures = await drillKill({ kills, seed });
const { unrecorded, forgotten, broken, wrong, ...counts } = figures;
console.log(
  JSON.stringify(
    {
      ...counts,
      seconds: Math.round(counts.seconds),
      unrecorded: unrecorded.length,
      forgotten: forgotten.length,
      broken: broken.length,
      wrong: wrong.length,
      examples: [...unrecorded, ...forgotten, ...broken, ...wrong].slice(0, 5),
    },
    undefined,
    2,
  ),
);
process.exitCode = [unrecorded, forgotten, broken, wrong].every(({ length }) => length === 0)
  ? 0
  : 1;
