import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createAuditKeys } from '../../src/audit/audit-keys.ts';
import { createCheckpoints } from '../../src/audit/checkpoints.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { createRetention } from '../../src/audit/retention.ts';
import type { LogExaminer } from '../../src/audit/verification/examination.ts';
import type { Verification } from '../../src/audit/verification/examine-log.ts';
import { createTaskRunner } from '../../src/audit/verification/tasks.ts';
import { createVerifyLog } from '../../src/audit/verification/verify-log.ts';
import { createLogSnapshot } from '../../src/store/sqlite/log-snapshot.ts';
import type { Store } from '../../src/store/open-storage.ts';
import { sealHashKey } from '../../src/vault/unlock-vault.ts';
import { createVault, generateKey } from '../../src/vault/vault.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { openSound, temporaryFolder } from './temporary-store.ts';

export const PROOF_START = Date.UTC(2026, 5, 1, 12);

/** For how long keys sign and what the log holds is kept; 0: for ever. */
interface ProofSettings {
  readonly rotationSeconds: number;
  readonly retentionDays: number;
  readonly personalDays: number;
  /** Leaves the first key to be made later, so that the first record is another. */
  readonly lateKeys: boolean;
}

/** A store with what proves its log, under a clock that stands still until it is moved. */
export type ProofStore = Awaited<ReturnType<typeof createProofStore>>;

/** Lays out a database and the keys of its log. */
export async function createProofStore(settings: Partial<ProofSettings> = {}) {
  const folder = temporaryFolder();
  const path = join(folder.path, 'ambit.db');
  const store = await openSound(path);
  await store.migrate();
  const master = generateKey();
  const hashKey = generateKey();
  await store.storage.transaction((tx) =>
    tx.vault.insert(sealHashKey(hashKey, master, PROOF_START)),
  );
  const proof = openProof(store, path, createVault(master, hashKey), settings);
  if (settings.lateKeys !== true) await proof.keys.ensure();
  return {
    ...proof,
    ...{ folder: folder.path, master },
    remove: () => folder.remove(),
    async close() {
      await store.close();
      folder.remove();
    },
  };
}

/** The services that prove the log of an open store. */
export function openProof(
  store: Store,
  path: string,
  vault: Vault,
  settings: Partial<ProofSettings> = {},
) {
  const { rotationSeconds = 0, retentionDays = 0, personalDays = 0 } = settings;
  const time = { now: PROOF_START };
  const alarms: unknown[] = [];
  const { storage } = store;
  const clock = () => time.now;
  const common = { storage, clock, issuer: 'https://id.example' };
  const keys = createAuditKeys({ ...common, vault, newId: () => 'house', rotationSeconds });
  const open = () => createCheckpoints({ ...common, keys });
  const checkpoints = open();
  const retentionUntil = (isDraining: () => boolean) =>
    createRetention({
      ...{ storage, checkpoints, clock, isDraining },
      log: { error: (_message: string, fields: unknown) => void alarms.push(fields) },
      settings: { retentionDays, personalDays },
    });
  return {
    ...{ path, store, storage, vault, keys, checkpoints, alarms, time },
    /** The service as a server that has just started has it. */
    freshCheckpoints: open,
    retention: retentionUntil(() => false),
    /** The retention of a server that is told to stop. */
    retentionUntil,
    /** Whether anything of a text is in the files of the database. */
    holds(text: string): boolean {
      const db = new Database(path);
      db.pragma('wal_checkpoint(truncate)');
      db.close();
      return readFileSync(path).includes(text);
    },
    /** Writes so many records, a second apart. */
    async write(count: number, entry: (index: number) => Partial<AuditEntry> = () => ({})) {
      for (let index = 0; index < count; index += 1) {
        time.now += 1_000;
        await storage.read.audit.append({ ...anEntry(index, time.now), ...entry(index) });
      }
    },
    verify: (given: readonly string[] = []) => verifyStore(store, path, vault, given),
    /** Leaves the database on the disk, for others to open. */
    shut: () => store.close(),
  };
}

/** Records of several kinds, so that each kind of word and of personal field occurs. */
export function anEntry(index: number, time: number): AuditEntry {
  const common = { time, requestId: `request-${String(index)}`, traceId: 'ab'.repeat(16) };
  const address = `192.0.2.${String(index % 7)}`;
  switch (index % 4) {
    case 0:
      return {
        ...common,
        event: 'token.issued',
        decision: 'granted',
        ...{ actor: 'orders', client: 'orders', subject: 'orders', jti: `jti-${String(index)}` },
        requestedScopes: ['orders:read', 'orders:write'],
        grantedScopes: ['orders:read'],
        durationMicros: 500,
        personal: { address },
      };
    case 1:
      return {
        ...common,
        event: 'token.exchanged',
        decision: 'granted',
        ...{ actor: 'payments', client: 'payments', subject: 'front', jti: `jti-${String(index)}` },
        grantedScopes: ['payments:charge'],
        personal: { address, externalSubject: `workload-${String(index % 3)}` },
      };
    case 2:
      return {
        ...common,
        event: 'client.disabled',
        decision: 'granted',
        actor: 'admin',
        target: { kind: 'client', id: 'orders' },
        before: { enabled: true, note: 'Zoë’s “quoted” \u2028 line' },
      };
    default:
      return {
        ...common,
        event: 'token.refused',
        decision: 'refused',
        actor: 'web',
        reason: 'invalid_scope',
        personal: { address },
      };
  }
}

/** An examiner without threads: it looks at the file as it is, one task at a time. */
export const inlineExaminer = (path: string): LogExaminer => ({
  async open(meanwhile) {
    const db = new Database(path, { readonly: true });
    const examination = {
      lanes: 1,
      run: createTaskRunner(createLogSnapshot(db)),
      close: async () => void db.close(),
    };
    return { examination, read: await meanwhile() };
  },
});

/** Verifies the log of a store to the end. */
export async function verifyStore(
  { storage }: Store,
  path: string,
  vault: Vault,
  given: readonly string[] = [],
): Promise<Verification> {
  const verifyLog = createVerifyLog({
    examiner: inlineExaminer(path),
    keys: storage.read.auditKeys,
    vault,
  });
  const steps = await verifyLog(given);
  if (!steps.ok) throw new Error(steps.error.code);
  for await (const step of steps.value) if (step.kind === 'done') return step;
  throw new Error('the verification ended early');
}

/** A copy of a database that nobody has open, all of it in one file. */
export function copyDatabase(from: string, to: string): string {
  const db = new Database(from);
  db.pragma('wal_checkpoint(truncate)');
  db.close();
  copyFileSync(from, to);
  return to;
}
