import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { copyDatabase, createProofStore, verifyStore } from '../support/proof-store.ts';
import type { ProofStore } from '../support/proof-store.ts';
import { openSound } from '../support/temporary-store.ts';
import { proofTampers } from '../tamper/proof.ts';
import { recordTampers } from '../tamper/records.ts';
import type { LogFacts, Tamper } from '../tamper/tamper.ts';

/** Two keys have signed four checkpoints. */
const LOG: LogFacts = { records: 41, middle: 21, checkpoints: [2, 14, 28, 41] };

let proof: ProofStore;
/** The newest checkpoint, kept elsewhere. */
let kept: string;

beforeAll(async () => {
  proof = await createProofStore({ lateKeys: true, rotationSeconds: 60 });
  const personal = { address: '192.0.2.1', externalSubject: 'workload' };
  const write = (count: number) => proof.write(count, () => ({ decision: 'granted', personal }));
  await write(1);
  await proof.keys.ensure();
  await write(12);
  await proof.checkpoints.make();
  await write(13);
  proof.time.now += 60_000;
  await proof.keys.runSchedule();
  await write(13);
  kept = (await proof.checkpoints.make()).statement;
  await proof.shut();
});
afterAll(() => proof.remove());

/** What a verification says of a copy that was tampered with. */
async function find({ act }: Pick<Tamper, 'act'>, given: readonly string[]) {
  const path = copyDatabase(proof.path, join(proof.folder, 'copy.db'));
  const db = new Database(path);
  act(db);
  db.close();
  const store = await openSound(path);
  try {
    return await verifyStore(store, path, proof.vault, given);
  } finally {
    await store.close();
  }
}

test('untouched, it is whole, and holds to the checkpoint that was kept', async () => {
  expect(await find({ act: () => undefined }, [kept])).toMatchObject({
    whole: true,
    records: LOG.records,
    checkpoints: { count: 4, given: [{ number: 4, held: 'whole' }] },
  });
});

describe('whoever can write to the database is found out', () => {
  const tampers = [...recordTampers(LOG), ...proofTampers(LOG)];

  test.each(tampers.map((tamper) => [tamper.name, tamper] as const))(
    '%s',
    async (_name, tamper) => {
      const { whole, findings, broken } = await find(tamper, tamper.byKept ? [kept] : []);
      const { finds: code, sequence } = tamper;
      expect([whole, findings[0]]).toMatchObject([
        false,
        { code, ...(sequence === undefined ? {} : { sequence }) },
      ]);
      expect(broken).toBeGreaterThanOrEqual(findings.length);
    },
  );

  test.each(tampers.filter(({ byKept }) => byKept).map((tamper) => [tamper.name, tamper] as const))(
    '%s: without a checkpoint that was kept elsewhere nobody could tell',
    async (_name, tamper) => {
      expect(await find(tamper, [])).toMatchObject({ whole: true });
    },
  );
});

test('of a record that stands before all others, itself and its place are told, and no other record', async () => {
  const { findings } = await find(
    { act: (db) => db.exec('update audit_log set id = -3 where id = 25') },
    [],
  );
  const [record, missing, ...others] = findings;
  expect(record).toEqual({ code: 'record.out_of_order', id: -3, writer: 1, sequence: 25 });
  expect(missing).toEqual({ code: 'record.missing', writer: 1, sequence: 25 });
  expect(others.filter((finding) => 'sequence' in finding)).toEqual([]);
});

describe('whatever is written into a column, it is told of as a finding', () => {
  /** All but up to where personal fields were erased, which may be less than it is. */
  const columns = {
    audit_keys: 'number kid public_jwk stamp introduction private_jwk created_at',
    audit_checkpoints: 'number statement',
    audit_chains: 'writer sequence digest base_sequence base_digest',
    audit_log: 'id writer sequence digest time personal personal_digest entry',
    audit_terms: 'term time record',
  };
  const values = `'x' '' x'' x'00' null 'null' '[]' '{}' -1 0 7.5 9223372036854775807`.split(' ');
  const places = Object.entries(columns).flatMap(([table, names]) =>
    names.split(' ').map((column) => [table, column] as const),
  );

  /** Writes a value into the newest row of a table; gives whether the database took it. */
  const write = (db: Database.Database, table: string, column: string, value: string): boolean => {
    const [key, rows] =
      table === 'audit_terms' ? ['record', `term like 'event=%'`] : ['rowid', 'true'];
    try {
      const newest = `${key} = (select max(${key}) from ${table}) and ${rows}`;
      const set = `update ${table} set ${column} = ${value} where ${newest} and ${column} is not ${value}`;
      return db.prepare(set).run().changes > 0;
    } catch (error) {
      expect((error as { readonly code: string }).code).toMatch(/^SQLITE_(?:MISMATCH|CONSTRAINT)/);
      return false;
    }
  };

  test.each(places)('%s.%s', async (table, column) => {
    const isErasure = (value: string): boolean => column === 'personal' && value === 'null';
    for (const value of values.filter((one) => !isErasure(one))) {
      let written = false;
      const act = (db: Database.Database): void => {
        written = write(db, table, column, value);
      };
      const { whole } = await find({ act }, []);
      expect([value, whole]).toEqual([value, !written]);
    }
  });
});

describe('a checkpoint that was kept elsewhere', () => {
  test('counts only as it was signed', async () => {
    const [head = '', payload = '', sign = ''] = kept.split('.');
    const states = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...states, iat: 1 })).toString('base64url');
    const { findings, checkpoints } = await find({ act: () => undefined }, [
      [head, forged, sign].join('.'),
      'no.checkpoint.atall',
    ]);
    expect(findings).toMatchObject([
      { code: 'checkpoint.bad_signature', checkpoint: 4 },
      { code: 'checkpoint.unreadable', given: 1 },
    ]);
    expect(checkpoints.given).toEqual([{ number: 4, held: 'broken' }, { held: 'broken' }]);
  });
});
