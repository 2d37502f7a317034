/** The long form of test/key-rotation.test.ts: `npm run drill:rotation [-- ROTATIONS]`, 50 of them by default. */
import { drillRotation } from '../support/rotation-drill.ts';
import { startServer } from '../support/server.ts';

const rotations = Number(process.argv[2] ?? 50);
const server = await startServer({ env: { AMBIT_JWKS_MAX_AGE: '1' } });
try {
  const { failed, unverifiable, seconds, ...figures } = await drillRotation(server, rotations);
  console.log(
    JSON.stringify(
      {
        ...figures,
        seconds: Math.round(seconds),
        failed: failed.length,
        unverifiable: unverifiable.length,
        examples: [...failed, ...unverifiable].slice(0, 5),
      },
      undefined,
      2,
    ),
  );
  process.exitCode = failed.length + unverifiable.length === 0 ? 0 : 1;
} finally {
  await server.remove();
}
