/** The long form of test/clock-steps.test.ts: `npm run drill:clock`; it stays at each time until the house was looked after. */
import { drillClock } from '../support/clock-drill.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

const OFFSETS = [300, 0, -300, 300, -300, 0, 300, 0];
const HOUSEKEEPING_MS = Number(process.argv[2] ?? 31_000);

const clock = createFakeClock();
if (typeof clock === 'string') {
  console.log(`skipped: ${clock}`);
} else {
  const server = await startServer({ env: { ...clock.env, AMBIT_JWKS_MAX_AGE: '1' } });
  try {
    const options = { offsets: OFFSETS, dwellMs: HOUSEKEEPING_MS };
    const figures = await drillClock(server, clock, options);
    console.log(JSON.stringify(figures, undefined, 2));
    const { insane, unlisted, keyless, wrong, unrecorded, broken } = figures;
    const faults = [insane, unlisted, keyless, wrong, unrecorded, broken];
    if (faults.some(({ length }) => length > 0)) process.exitCode = 1;
  } finally {
    await server.remove();
    clock.remove();
  }
}
