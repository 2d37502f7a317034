import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readCheckpoint } from '../../src/audit/checkpoint.ts';
import { createProofStore } from '../support/proof-store.ts';
import type { ProofStore } from '../support/proof-store.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

let proof: ProofStore;
afterEach(() => proof.close());

async function open(settings: Parameters<typeof createProofStore>[0]): Promise<void> {
  proof = await createProofStore(settings);
}
async function ids(): Promise<number[]> {
  const { items } = await proof.storage.read.audit.list({}, { limit: 500, order: 'oldest-first' });
  return items.map(({ id }) => id);
}
function count(table: string): number {
  const db = new Database(proof.path, { readonly: true });
  const found = db.prepare<[], number>(`select count(*) from ${table}`).pluck().get();
  db.close();
  return found ?? NaN;
}
const newest = async () =>
  readCheckpoint((await proof.storage.read.checkpoints.newest())?.statement ?? '');

describe('dropping old records', () => {
  test('takes the oldest out, with their words, and leaves a log that verifies from where it begins', async () => {
    await open({ retentionDays: 10 });
    await proof.write(6);
    proof.time.now += 5 * DAY;
    await proof.write(4);
    proof.time.now += 6 * DAY;
    const words = count('audit_terms');
    await proof.retention.dropOld();
    expect(await ids()).toEqual([8, 9, 10, 11]);
    expect(count('audit_terms')).toBeLessThan(words);
    expect((await newest())?.chains).toMatchObject([{ sequence: 11, base: { sequence: 7 } }]);
    expect(await proof.verify()).toMatchObject({
      whole: true,
      records: 4,
      chains: [{ from: 8, to: 11 }],
    });
    expect(proof.alarms).toEqual([]);
  });

  test('drops nothing where the log is kept for ever, or nothing is old', async () => {
    await open({});
    await proof.write(3);
    proof.time.now += 10_000 * DAY;
    await proof.retention.dropOld();
    expect(await ids()).toHaveLength(4);
    await proof.close();
    await open({ retentionDays: 10 });
    await proof.write(3);
    proof.time.now += 10 * DAY;
    await proof.retention.dropOld();
    expect(await ids()).toHaveLength(4);
    expect(count('audit_checkpoints')).toBe(1); // that of the first key
  });

  test('counts ages to the hour, so that a busy log is not shortened with every record', async () => {
    await open({ retentionDays: 1 });
    await proof.write(3);
    proof.time.now += DAY + HOUR - 5_000;
    await proof.retention.dropOld();
    expect(await ids()).toHaveLength(4);
    proof.time.now += 5_000;
    await proof.retention.dropOld();
    expect(await ids()).toEqual([]);
    expect(await proof.verify()).toMatchObject({ whole: true, records: 0 });
    await proof.write(2);
    expect(await proof.verify()).toMatchObject({ whole: true, records: 2 });
  });

  test('stops at the first record that is young, whatever comes after it', async () => {
    await open({ retentionDays: 10 });
    await proof.write(2);
    await proof.storage.read.audit.append({
      ...{ time: proof.time.now + 9 * DAY, requestId: 'ahead' },
      ...{ event: 'token.issued', decision: 'granted' },
    });
    await proof.write(2);
    proof.time.now += 11 * DAY;
    await proof.retention.dropOld();
    expect(await ids()).toHaveLength(3);
    expect((await proof.verify()).whole).toBe(true);
  });

  test('goes on where it was broken off, and the log verifies meanwhile', async () => {
    await open({ retentionDays: 10 });
    await proof.write(600);
    proof.time.now += 11 * DAY;
    let looks = 0;
    await proof.retentionUntil(() => (looks += 1) > 3).dropOld();
    const left = (await ids()).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(601);
    expect(await proof.verify()).toMatchObject({ whole: true, records: left });
    await proof.retention.dropOld();
    expect(await ids()).toEqual([]);
    expect(count('audit_terms')).toBe(0);
    expect((await proof.verify()).whole).toBe(true);
    expect(count('audit_checkpoints')).toBe(2); // what was the newest, and what gives all up
  });

  test('drops the checkpoints that speak of nothing but dropped records, and the row begins after them', async () => {
    await open({ retentionDays: 10 });
    for (let day = 0; day < 30; day += 1) {
      proof.time.now += DAY;
      await proof.write(2);
      await proof.checkpoints.make();
      await proof.retention.dropOld();
    }
    const kept = await proof.storage.read.checkpoints.list(0, 100);
    expect(kept.length).toBeLessThan(25);
    expect(kept[0]?.number).toBe((await newest())?.oldest);
    expect(kept[0]?.number).toBeGreaterThan(10);
    expect((await proof.verify()).whole).toBe(true);
  });

  test('leaves keys whose introduction is dropped, and a log without checkpoints shows by those that stay', async () => {
    await open({ retentionDays: 10, rotationSeconds: 86_400 });
    for (let day = 0; day < 30; day += 1) {
      proof.time.now += DAY;
      await proof.keys.runSchedule();
      await proof.write(2);
      await proof.retention.dropOld();
      expect(await proof.verify()).toMatchObject({ whole: true });
    }
    const [last] = (await proof.storage.read.auditKeys.list()).slice(-1);
    const db = new Database(proof.path);
    db.exec('delete from audit_checkpoints');
    db.close();
    const { findings } = await proof.verify();
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'checkpoint.missing', kid: last?.kid }),
    );
  });

  test('a checkpoint from before says that what it vouches for has been dropped', async () => {
    await open({ retentionDays: 10 });
    await proof.write(3);
    const early = await proof.checkpoints.make();
    await proof.write(3);
    const late = await proof.checkpoints.make();
    proof.time.now += 5 * DAY;
    await proof.write(1);
    proof.time.now += 6 * DAY;
    await proof.retention.dropOld();
    const { whole, checkpoints } = await proof.verify([early.statement, late.statement]);
    expect(whole).toBe(true);
    expect(checkpoints.given).toEqual([
      { number: 2, held: 'dropped' },
      { number: 3, held: 'whole' }, // its last record is the one that the log begins after
    ]);
  });

  test('a log that was tampered with is not shortened, which would hide it, and the log says so', async () => {
    await open({ retentionDays: 10 });
    await proof.write(5);
    const db = new Database(proof.path);
    db.exec(`update audit_log set entry = replace(entry, 'orders', 'others') where id = 2`);
    db.close();
    proof.time.now += 11 * DAY;
    await proof.retention.dropOld();
    expect(await ids()).toHaveLength(6);
    expect(proof.alarms).toMatchObject([{ finding: { code: 'record.altered', id: 2 } }]);
    expect((await proof.verify()).findings[0]).toMatchObject({ code: 'record.altered', id: 2 });
  });
});

describe('erasing personal fields by their age', () => {
  test('leaves the records, and the chain as it was', async () => {
    await open({ personalDays: 10 });
    await proof.write(4);
    proof.time.now += 5 * DAY;
    await proof.write(4);
    proof.time.now += 6 * DAY;
    const { statement } = await proof.checkpoints.make();
    await proof.retention.erasePersonal();
    const page = { limit: 100, order: 'oldest-first' } as const;
    const { items } = await proof.storage.read.audit.list({}, page);
    const told = items.map(({ personal, personalErased }) => personal ?? personalErased ?? '-');
    expect(told.slice(0, 5)).toEqual(['-', true, true, '-', true]);
    expect(told.slice(5)).toMatchObject([
      { address: '192.0.2.0' },
      { address: '192.0.2.1', externalSubject: 'workload-1' },
      '-',
      { address: '192.0.2.3' },
    ]);
    expect(await proof.verify([statement])).toMatchObject({ whole: true, erased: 3 });
  });

  test('leaves nothing of them in the file', async () => {
    await open({ personalDays: 10 });
    const address = '2001:db8:dead:beef::77';
    await proof.write(300, () => ({ personal: { address } }));
    proof.time.now += 11 * DAY;
    await proof.retention.erasePersonal();
    expect(proof.holds(address)).toBe(false);
    expect((await proof.verify()).erased).toBe(300);
  });

  test('does not look again at what it has erased', async () => {
    await open({ personalDays: 10 });
    await proof.write(3);
    proof.time.now += 11 * DAY;
    await proof.retention.erasePersonal();
    const [chain] = await proof.storage.read.audit.chains();
    expect(chain?.impersonalTo).toBe(4);
    await proof.retention.erasePersonal();
    expect((await proof.storage.read.audit.chains())[0]).toEqual(chain);
  });

  test('keeps them as long as the record where no age is set', async () => {
    await open({});
    await proof.write(3);
    proof.time.now += 10_000 * DAY;
    await proof.retention.erasePersonal();
    expect((await proof.verify()).erased).toBe(0);
  });
});
