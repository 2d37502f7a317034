/** The long form of test/locked.test.ts: `npm run drill:lock [-- SECONDS]`, 10 of them by default. */
import { drillLock } from '../support/lock-drill.ts';
import { startServer } from '../support/server.ts';

const heldMs = Number(process.argv[2] ?? 10) * 1000;
for (const mode of ['immediate', 'exclusive'] as const) {
  const server = await startServer();
  try {
    const figures = await drillLock(server, { mode, heldMs });
    console.log(JSON.stringify(figures, undefined, 2));
    const { wrong, unrecorded, broken } = figures;
    if (wrong.length + unrecorded.length + broken.length > 0) process.exitCode = 1;
  } finally {
    await server.remove();
  }
}
