import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { JWK } from 'jose';
import { isSignedBy, readCheckpoint, statementDigest } from '../../src/audit/checkpoint.ts';
import { createProofStore, PROOF_START } from '../support/proof-store.ts';
import type { ProofStore } from '../support/proof-store.ts';

const DAY_SECONDS = 86_400;

let proof: ProofStore;
beforeEach(async () => {
  proof = await createProofStore({ rotationSeconds: 90 * DAY_SECONDS });
});
afterEach(() => proof.close());

const stored = () => proof.storage.read.checkpoints.list(0, 100);
const keys = () => proof.storage.read.auditKeys.list();

describe('a checkpoint', () => {
  test('[RFC 7515 §7.1] is a compact JWS that any JOSE library verifies by the key that comes with it', async () => {
    const introduced = await proof.storage.read.checkpoints.newest();
    await proof.write(3);
    const { statement, publicJwk } = await proof.checkpoints.make();
    const key = await importJWK(publicJwk as JWK, 'EdDSA');
    const { payload } = await compactVerify(statement, key);
    const { items } = await proof.storage.read.audit.list({}, { limit: 1, order: 'newest-first' });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      iss: 'https://id.example',
      iat: PROOF_START / 1000 + 3,
      number: 2,
      previous: statementDigest(introduced?.statement ?? ''),
      oldest: 1,
      chains: [{ writer: 1, sequence: 4, digest: items[0]?.link.digest }],
    });
    expect(publicJwk).not.toHaveProperty('d');
  });

  test('[RFC 8725 §3.11] has a type of its own, and one of another type is none', async () => {
    const { statement, publicJwk } = await proof.checkpoints.make();
    expect(decodeProtectedHeader(statement)).toMatchObject({
      typ: 'ambit-audit-checkpoint+jwt',
      alg: 'EdDSA',
    });
    expect(await isSignedBy(statement, 'ambit-audit-checkpoint+jwt', publicJwk)).toBe(true);
    expect(await isSignedBy(statement, 'at+jwt', publicJwk)).toBe(false);
    const [, payload = '', signature = ''] = statement.split('.');
    const header = Buffer.from('{"alg":"EdDSA","kid":"k","typ":"at+jwt"}').toString('base64url');
    expect(readCheckpoint(`${header}.${payload}.${signature}`)).toBeUndefined();
  });

  test.each(['', 'a.b', 'e30.e30.', 'not a token', '{}', `${'x'.repeat(50)}.${'y'.repeat(50)}.z`])(
    '%j is none',
    (text) => {
      expect(readCheckpoint(text)).toBeUndefined();
    },
  );

  test('is numbered, and names the digest of the one before it', async () => {
    const first = await proof.checkpoints.make();
    await proof.write(1);
    const second = await proof.checkpoints.make();
    expect([first.states.number, second.states.number]).toEqual([1, 2]);
    expect(second.states.previous).toBe(statementDigest(first.statement));
    expect(await stored()).toEqual([
      { number: 1, statement: first.statement },
      { number: 2, statement: second.statement },
    ]);
  });

  test('is made only where something was written since; an idle server writes nothing', async () => {
    const first = await proof.checkpoints.make();
    const revision = await proof.storage.read.revision.read();
    for (let hour = 0; hour < 5; hour += 1) {
      proof.time.now += 3_600_000;
      expect(await proof.checkpoints.make()).toEqual(first);
      expect(await proof.freshCheckpoints().make()).toEqual(first);
    }
    expect(await stored()).toHaveLength(1);
    expect(await proof.storage.read.revision.read()).toEqual(revision);
    expect((await proof.verify()).records).toBe(1);
  });

  test('of two made at once, both are in the row', async () => {
    await proof.write(1);
    const made = await Promise.all([proof.checkpoints.make(), proof.freshCheckpoints().make()]);
    expect(made[0]).toEqual(made[1]);
    expect((await proof.verify()).whole).toBe(true);
  });

  test('that is taken away from a running server leaves a hole that the next one shows', async () => {
    await proof.checkpoints.make();
    await proof.write(2);
    await proof.checkpoints.make();
    const db = new Database(proof.path);
    db.exec('delete from audit_checkpoints where number = 2');
    db.close();
    expect((await proof.verify()).whole).toBe(true); // nobody can tell yet
    await proof.write(1);
    await proof.checkpoints.make();
    expect((await proof.verify()).findings).toEqual([
      { code: 'checkpoint.missing', checkpoint: 2 },
    ]);
  });
});

describe('the keys that sign checkpoints', () => {
  test('rotate by their age: the next one is introduced by the one before, whose private half is gone', async () => {
    const first = await proof.checkpoints.make();
    proof.time.now += 90 * DAY_SECONDS * 1000 - 1;
    await proof.keys.runSchedule();
    expect(await keys()).toHaveLength(1);
    proof.time.now += 1;
    await proof.keys.runSchedule();
    await proof.keys.runSchedule();
    const [one, two, ...others] = await keys();
    expect(others).toEqual([]);
    expect([one?.privateJwk, two?.privateJwk]).toEqual([undefined, expect.any(Uint8Array)]);
    const second = await proof.checkpoints.make();
    expect([first.states.kid, second.states.kid]).toEqual([one?.kid, two?.kid]);
    expect(await proof.verify([first.statement, second.statement])).toMatchObject({ whole: true });
    const page = { limit: 9, order: 'oldest-first' } as const;
    const { items } = await proof.storage.read.audit.list({ event: 'audit.key_introduced' }, page);
    expect(items).toMatchObject([
      { actor: 'system', kid: one?.kid, after: { number: 1, checkpoint: 1 } },
      {
        ...{ actor: 'system', kid: two?.kid, before: { kid: one?.kid } },
        after: { number: 2, checkpoint: 2 },
      },
    ]);
  });

  test('of two servers that find one overdue, one replaces it', async () => {
    proof.time.now += 91 * DAY_SECONDS * 1000;
    await Promise.all([proof.keys.runSchedule(), proof.keys.runSchedule()]);
    expect(await keys()).toHaveLength(2);
    expect((await proof.verify()).whole).toBe(true);
  });

  test('never rotate by themselves where that is switched off', async () => {
    const other = await createProofStore({ rotationSeconds: 0 });
    other.time.now += 3650 * DAY_SECONDS * 1000;
    await other.keys.runSchedule();
    expect(await other.storage.read.auditKeys.list()).toHaveLength(1);
    await other.close();
  });

  test('are not in the clear anywhere in the file', async () => {
    const [key] = await keys();
    expect(JSON.stringify(key?.publicJwk)).not.toContain('"d"');
    expect(Buffer.from(key?.privateJwk ?? []).toString('latin1')).not.toContain('"d"');
  });

  test('are not made by a server that has missed a rekey', async () => {
    await proof.storage.transaction(async (tx) => {
      const kept = await tx.vault.find();
      if (kept) await tx.vault.replace({ ...kept, masterKeyId: 'another' });
    });
    proof.time.now += 91 * DAY_SECONDS * 1000;
    await expect(proof.keys.runSchedule()).rejects.toThrow('the master key was changed');
    expect(await keys()).toHaveLength(1);
  });
});
