import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { proofTampers } from '../packages/idp/test/tamper/proof.ts';
import { recordTampers } from '../packages/idp/test/tamper/records.ts';
import { layOutLog, verifyTampered } from './support/tamper-drill.ts';
import type { DrillHome } from './support/tamper-drill.ts';

describe('whoever tampers with the log of an installation is found out by `ambit audit verify`', () => {
  let home: DrillHome;
  beforeAll(async () => {
    home = await layOutLog(90);
  });
  afterAll(() => home.remove());

  test('that was not touched, and exits 0', async () => {
    const untouched = await verifyTampered(home, { act: () => undefined, byKept: true });
    expect(untouched).toMatchObject({ exit: 0, whole: true, findings: [] });
  });

  /** The short form of `npm run drill:tamper`. */
  test.each([
    'a middle record: alters what it says',
    'deletes a middle record, with its words in the index',
    'swaps two neighbours in the middle, ids and all',
    'the index forgets a middle record',
    'a middle record: alters its personal fields',
    'alters the signature of checkpoint 1',
    'slips in a key of its own',
    'alters a record and makes all later digests and the head anew',
    'truncates the log, sets the head back and takes away the checkpoints after it',
  ])('that %s: named, and exits 5', async (name) => {
    const tamper = [...recordTampers(home.log), ...proofTampers(home.log)].find(
      (candidate) => candidate.name === name,
    );
    if (tamper === undefined) throw new Error(`nobody tries it: ${name}`);
    const { exit, whole, findings } = await verifyTampered(home, tamper);
    expect([exit, whole]).toEqual([5, false]);
    const { finds: code, sequence } = tamper;
    const place = sequence === undefined || tamper.byKept ? {} : { sequence, writer: 1 };
    expect(findings?.[0]).toMatchObject({ code, ...place });
    expect(findings?.[0]?.message).not.toBe('');
  });
});
