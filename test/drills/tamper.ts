/** The long form of test/audit-tampering.test.ts: `npm run drill:tamper [-- RECORDS]`, on 30,000 of them by default. */
import { proofTampers } from '../../packages/idp/test/tamper/proof.ts';
import { recordTampers } from '../../packages/idp/test/tamper/records.ts';
import { layOutLog, verifyTampered } from '../support/tamper-drill.ts';

const records = Number(process.argv[2] ?? 30_000);
const home = await layOutLog(records);
const missed: string[] = [];
const otherwise: string[] = [];
let tried = 0;
try {
  const sound = await verifyTampered(home, { act: () => undefined, byKept: true });
  if (sound.exit !== 0) missed.push(`untouched: ${JSON.stringify(sound)}`);
  for (const tamper of [...recordTampers(home.log), ...proofTampers(home.log)]) {
    const { exit, findings, stderr } = await verifyTampered(home, tamper);
    const [found] = findings ?? [];
    tried += 1;
    console.log(`${tamper.name}: ${found?.message ?? stderr.trim()}`);
    if (exit !== 5) missed.push(tamper.name);
    // What the server has written since may be named instead of what was done before.
    else if (found?.code !== tamper.finds) otherwise.push(tamper.name);
  }
} finally {
  home.remove();
}
console.log(JSON.stringify({ records, tried, missed, otherwise }, undefined, 2));
process.exitCode = missed.length === 0 ? 0 : 1;
