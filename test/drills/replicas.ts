/** The long form of test/replicas.test.ts: `npm run drill:replicas [-- ROUNDS]`, 10,000 of them by default. */
import { startOwnPostgres } from '../support/postgres/own-postgres.ts';
import { drillChaos } from '../support/chaos-drill.ts';
import { drillRevocations } from '../support/replicas-drill.ts';
import { layOutShop } from '../support/fault-shop.ts';
import { SHARED_ISSUER, startReplicas } from '../support/replicas.ts';

const rounds = Number(process.argv[2] ?? 10_000);
const postgres = await startOwnPostgres();
try {
  const replicas = await startReplicas(postgres.url, 2, { AMBIT_CLIENT_REQUESTS_PER_MINUTE: '0' });
  const shop = await layOutShop(() => replicas.next(), SHARED_ISSUER);
  const revocations = await drillRevocations(replicas, shop, rounds);
  await replicas.remove();
  console.log(JSON.stringify(revocations, undefined, 2));
  const { unrecorded, wrong, answers, ...counts } = await drillChaos(postgres, {
    cycles: Math.max(1, Math.round(rounds / 1_000)),
  });
  console.log(
    JSON.stringify(
      {
        ...counts,
        answers: Object.fromEntries(answers),
        unrecorded: unrecorded.length,
        wrong: wrong.length,
        examples: [...unrecorded, ...wrong].slice(0, 5),
      },
      undefined,
      2,
    ),
  );
  const sound = unrecorded.length === 0 && wrong.length === 0 && counts.whole;
  process.exitCode = revocations.activeAfter === 0 && sound ? 0 : 1;
} finally {
  await postgres.remove();
}
