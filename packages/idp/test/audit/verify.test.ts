import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { makeAuditKey } from '../../src/audit/audit-key.ts';
import { generateSigningKeyPair } from '../../src/keys/signing-key-pair.ts';
import { createVerifyLog } from '../../src/audit/verification/verify-log.ts';
import type { VerificationStep } from '../../src/audit/verification/examine-log.ts';
import { createProofStore } from '../support/proof-store.ts';
import type { ProofStore } from '../support/proof-store.ts';

let proof: ProofStore;
beforeEach(async () => {
  proof = await createProofStore();
});
afterEach(() => proof.close());

describe('a log that nobody has touched is whole', () => {
  test('with nothing in it but the key it will be signed by', async () => {
    expect(await proof.verify()).toMatchObject({
      whole: true,
      ...{ records: 1, broken: 0, findings: [], erased: 0 },
      chains: [{ writer: 1, from: 1, to: 1 }],
      checkpoints: { count: 1, given: [] },
    });
  });

  test('with a key of a release that signed no checkpoint when it introduced one', async () => {
    const other = await createProofStore({ lateKeys: true });
    const pair = await generateSigningKeyPair('EdDSA');
    const key = await makeAuditKey(pair, other.vault, undefined, other.time.now);
    await other.storage.transaction(async (tx) => {
      await tx.auditKeys.insert(key);
      await tx.audit.append({
        ...{ time: other.time.now, event: 'audit.key_introduced', decision: 'granted' },
        ...{ requestId: 'house', kid: key.kid, after: { kid: key.kid, number: 1 } },
      });
    });
    expect(await other.verify()).toMatchObject({ whole: true, checkpoints: { count: 0 } });
    await other.keys.ensure();
    await other.checkpoints.make();
    expect(await other.verify()).toMatchObject({ whole: true, checkpoints: { count: 1 } });
    await other.close();
  });

  test('with records of every kind and checkpoints among them, to which it is held', async () => {
    await proof.write(8);
    const first = await proof.checkpoints.make();
    await proof.write(8);
    const second = await proof.checkpoints.make();
    await proof.write(3);
    const given = [first.statement, second.statement];
    expect(await proof.verify(given)).toMatchObject({
      whole: true,
      records: 20,
      checkpoints: {
        count: 3,
        newest: { number: 3 },
        given: [
          { number: 2, held: 'whole' },
          { number: 3, held: 'whole' },
        ],
      },
    });
  });

  test('written by transactions and in groups, with personal fields erased here and there', async () => {
    await proof.write(6);
    await proof.storage.transaction(async (tx) => {
      await tx.audit.append({
        ...{ time: 5, event: 'client.created', decision: 'granted', requestId: 'in' },
        personal: { address: '2001:db8::1' },
      });
      await tx.auditRetention.erasePersonal([2, 5, 8]);
    });
    await proof.write(6);
    expect(await proof.verify()).toMatchObject({ whole: true, records: 14, erased: 3 });
  });
});

test('one byte altered anywhere in any record is found, and that record named', async () => {
  await proof.write(12);
  const columns = ['entry', 'personal', 'digest', 'personal_digest'] as const;
  const db = new Database(proof.path);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 13 }),
      fc.constantFrom(...columns),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (id, column, at, flip) => {
        const read = db.prepare<[number], Buffer>(
          `select cast(${column} as blob) from audit_log where id = ?`,
        );
        const before = read.pluck().get(id);
        if (!before) return;
        const after = Buffer.from(before);
        const index = at % after.length;
        after[index] = (after[index] ?? 0) ^ flip;
        const kind = column.includes('digest') ? 'blob' : 'text';
        const write = db.prepare(
          `update audit_log set ${column} = cast(? as ${kind}) where id = ?`,
        );
        write.run(after, id);
        const { whole, findings } = await proof.verify();
        write.run(before, id);
        expect([whole, findings[0]]).toMatchObject([false, { sequence: id }]);
      },
    ),
    { numRuns: 150 },
  );
  db.close();
  expect((await proof.verify()).whole).toBe(true);
});

describe('in threads of its own', () => {
  const verifyLog = () =>
    createVerifyLog({
      examiner: proof.store.examiner,
      keys: proof.storage.read.auditKeys,
      vault: proof.vault,
    });
  const start = async (verify = verifyLog()): Promise<AsyncIterable<VerificationStep>> => {
    const steps = await verify([]);
    if (!steps.ok) throw new Error(steps.error.code);
    return steps.value;
  };
  const lastOf = async (steps: AsyncIterable<VerificationStep>) => {
    let last: VerificationStep | undefined;
    for await (const step of steps) last = step;
    return last;
  };

  test('it sees the log as it was when it began, while the log goes on', async () => {
    await proof.write(5);
    const steps = await start();
    await proof.write(5);
    expect(await lastOf(steps)).toMatchObject({ kind: 'done', whole: true, records: 6 });
    expect(await lastOf(await start())).toMatchObject({ whole: true, records: 11 });
  });

  test('it finds what is broken, and tells how far it has come', async () => {
    await proof.write(5);
    const db = new Database(proof.path);
    db.exec(
      `update audit_log set entry = replace(entry, 'orders:read', 'orders:made') where id = 2`,
    );
    db.close();
    const steps = await start();
    const kinds: string[] = [];
    for await (const step of steps) {
      kinds.push(step.kind);
      if (step.kind === 'done') {
        expect(step.findings[0]).toEqual({ code: 'record.altered', id: 2, writer: 1, sequence: 2 });
      } else {
        expect(step).toMatchObject({ checked: 6, total: 6 });
      }
    }
    expect(kinds).toEqual(['progress', 'done']);
  });

  test('one at a time; the next may begin when it is over, or nobody cares any more', async () => {
    const verify = verifyLog();
    const steps = await start(verify);
    expect(await verify([])).toEqual({ ok: false, error: { code: 'audit.verifying' } });
    await steps[Symbol.asyncIterator]().return?.(); // whoever asked has gone before reading any of it
    expect(await lastOf(await start(verify))).toMatchObject({ whole: true });
    expect(await lastOf(await start(verify))).toMatchObject({ whole: true });
  });

  test('the next may begin as soon as one has told what it came to', async () => {
    const verify = verifyLog();
    const steps = (await start(verify))[Symbol.asyncIterator]();
    let step = await steps.next();
    while (step.done !== true && step.value.kind !== 'done') step = await steps.next();
    expect(await lastOf(await start(verify))).toMatchObject({ whole: true });
  });

  test('one that cannot begin gives up its turn', async () => {
    const verify = createVerifyLog({
      examiner: { open: () => Promise.reject(new Error('no room')) },
      keys: proof.storage.read.auditKeys,
      vault: proof.vault,
    });
    await expect(verify([])).rejects.toThrow('no room');
    await expect(verify([])).rejects.toThrow('no room');
  });
});
