/** The long form of test/lock-out.test.ts: `npm run drill:lock-out [-- ROUNDS]`, 10 of them by default. */
import { drillLockOut } from '../support/lock-out-drill.ts';
import { startServer } from '../support/server.ts';

const rounds = Number(process.argv[2] ?? 10);
const server = await startServer({ env: { AMBIT_TRUST_PROXY: '127.0.0.1' } });
try {
  const figures = await drillLockOut(server, {
    rounds,
    requests: 300,
    attackers: 8,
    pauseMs: 20,
    addresses: 1000,
  });
  console.log(JSON.stringify(figures, undefined, 2));
  const { quiet, busy, attacked, attack } = figures;
  const honestFared = [quiet, busy, attacked].every((third) => third.succeeded === third.requests);
  process.exitCode = honestFared && attack['200'] === undefined ? 0 : 1;
} finally {
  await server.remove();
}
