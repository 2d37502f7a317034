import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { ok } from '@ambit/scope-catalog';
import { createAuditKeys } from '../../src/audit/audit-keys.ts';
import { checkKeys } from '../../src/audit/verification/check-keys.ts';
import { createKeyRingDecoder } from '../../src/keys/decode-key-ring.ts';
import { createKeyService } from '../../src/keys/key-service.ts';
import { rekey } from '../../src/vault/rekey.ts';
import { unlockVault } from '../../src/vault/unlock-vault.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { createSealer, generateKey } from '../../src/vault/vault.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';
import type { TemporaryStore } from '../support/temporary-store.ts';

let store: TemporaryStore;
beforeEach(async () => {
  store = await createTemporaryStore();
});
afterEach(() => store.close());

const clock = () => 1_000;
const master = generateKey();

const unlock = (options: Partial<Parameters<typeof unlockVault>[0]> = {}) =>
  unlockVault({ storage: store.storage, clock, ...options });

async function unlocked(masterKey: Uint8Array): Promise<Vault> {
  const vault = await unlock({ masterKey });
  if (!vault.ok) throw new Error(vault.error.code);
  return vault.value;
}

/** Everything the database holds, in a form that shows any change. */
async function content(): Promise<string> {
  const { vault, keys, audit, revision } = store.storage.read;
  const all = [
    await vault.find(),
    await keys.list(),
    await audit.list({}, { limit: 500, order: 'oldest-first' }),
    await revision.read(),
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

describe('unlocking a database', () => {
  test('the first master key lays the vault down, and opens it from then on', async () => {
    const hash = (await unlocked(master)).hashSecret('secret');
    expect((await unlocked(master)).isSecret('secret', hash)).toBe(true);
  });

  test('two that lay it down at once agree', async () => {
    const [one, two] = await Promise.all([unlocked(master), unlocked(master)]);
    expect(one.keyId).toBe(two.keyId);
  });

  test('another key is refused, named, and changes nothing', async () => {
    await unlocked(master);
    const before = await content();
    const other = generateKey();
    expect(await unlock({ masterKey: other })).toEqual({
      ok: false,
      error: {
        code: 'vault.key_wrong',
        masterKeyId: createSealer(master).masterKeyId,
        given: createSealer(other).masterKeyId,
      },
    });
    expect(await content()).toBe(before);
    await unlocked(master);
  });

  test('a lost key is refused; none is made in its place', async () => {
    await unlocked(master);
    const before = await content();
    let made = 0;
    const generate = () => {
      made += 1;
      return ok(generateKey());
    };
    expect(await unlock({ generate })).toEqual({
      ok: false,
      error: { code: 'vault.key_lost', masterKeyId: createSealer(master).masterKeyId },
    });
    expect(made).toBe(0);
    expect(await content()).toBe(before);
  });

  test('a new database makes its key where that is allowed, and asks for one where not', async () => {
    expect(await unlock()).toEqual({ ok: false, error: { code: 'vault.key_required' } });
    expect(await store.storage.read.vault.find()).toBeUndefined();
    expect(await unlock({ generate: () => ok(master) })).toMatchObject({ ok: true });
    await unlocked(master);
  });
});

describe('a rekey', () => {
  const fresh = generateKey();
  const change = (oldMasterKey: Uint8Array) =>
    rekey({
      storage: store.storage,
      oldMasterKey,
      newMasterKey: fresh,
      clock,
      newId: () => 'request-1',
    });
  const layOut = async (): Promise<Vault> => {
    const vault = await unlocked(master);
    await createKeyService({
      storage: store.storage,
      changes: () => Promise.reject(new Error('not used')),
      vault,
      clock,
      newId: () => 'request-0',
      jwksMaxAgeSeconds: 300,
    }).ensureKeys();
    await createAuditKeys({
      storage: store.storage,
      vault,
      clock,
      newId: () => 'request-0',
      issuer: 'https://id.example',
      rotationSeconds: 0,
    }).ensure();
    return vault;
  };

  test('moves every private key and keeps every secret', async () => {
    const before = await layOut();
    const hash = before.hashSecret('secret');
    expect(await change(master)).toEqual({
      ok: true,
      value: { before: before.masterKeyId, after: createSealer(fresh).masterKeyId, privateKeys: 9 },
    });
    const after = await unlocked(fresh);
    expect(after.keyId).toBe(before.keyId);
    expect(after.isSecret('secret', hash)).toBe(true);
    const records = await store.storage.read.keys.list();
    expect(createKeyRingDecoder(after)(records).active.size).toBe(4);
    expect(() => createKeyRingDecoder(before)(records)).toThrow('another master key');
    expect(await unlock({ masterKey: master })).toMatchObject({
      error: { code: 'vault.key_wrong' },
    });
    // The audit key signs on, and the stamp that shows where it comes from is as good as before.
    const auditKeys = await store.storage.read.auditKeys.list();
    expect(await checkKeys(auditKeys, after)).toMatchObject({ findings: [] });
    expect((await checkKeys(auditKeys, before)).findings).toMatchObject([{ code: 'key.unusable' }]);
    const page = { limit: 9, order: 'oldest-first' } as const;
    const { items } = await store.storage.read.audit.list({ event: 'system.rekeyed' }, page);
    expect(items).toMatchObject([{ actor: 'system', after: { privateKeys: 9 } }]);
  });

  test('with the wrong old key changes nothing', async () => {
    await layOut();
    const before = await content();
    expect(await change(generateKey())).toMatchObject({ error: { code: 'vault.key_wrong' } });
    expect(await content()).toBe(before);
  });

  test('that fails halfway changes nothing', async () => {
    await layOut();
    const [key] = await store.storage.read.keys.list();
    if (key === undefined) throw new Error('no key');
    const damaged = { ...key, privateJwk: Buffer.from('damaged') };
    await store.storage.transaction((tx) => tx.keys.update(damaged));
    const before = await content();
    await expect(change(master)).rejects.toMatchObject({ code: 'vault.seal_broken' });
    expect(await content()).toBe(before);
  });

  test('of a database that was never laid out is refused', async () => {
    expect(await change(master)).toEqual({ ok: false, error: { code: 'vault.empty' } });
  });

  test('leaves nothing in the file that the old master key opens', async () => {
    await layOut();
    const { keys, auditKeys } = store.storage.read;
    const sealed = [...(await keys.list()), ...(await auditKeys.list())];
    const seals = sealed.map(({ privateJwk }) => Buffer.from(privateJwk ?? []));
    const kept = () => {
      const db = new Database(store.path);
      db.pragma('wal_checkpoint(truncate)');
      db.close();
      const file = readFileSync(store.path);
      return seals.filter((seal) => file.includes(seal)).length;
    };
    expect(kept()).toBe(9);
    await change(master);
    expect(kept()).toBe(0);
  });
});
