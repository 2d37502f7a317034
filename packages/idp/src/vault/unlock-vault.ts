import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Storage } from '../storage.ts';
import type { MasterKeyProblem } from './master-key.ts';
import type { VaultRecord, VaultStore } from './ports.ts';
import { createSealer, createVault, generateKey, SealBroken } from './vault.ts';
import type { Vault } from './vault.ts';

/** Why a database cannot be unlocked. None of them has changed anything. */
export type VaultProblem =
  | MasterKeyProblem
  /** There is no master key, but the database was laid out under one. */
  | { readonly code: 'vault.key_lost'; readonly masterKeyId: string }
  /** The master key is not the one the database was laid out under. */
  | { readonly code: 'vault.key_wrong'; readonly masterKeyId: string; readonly given: string }
  /** There is no master key for a new database, and none may be made. */
  | { readonly code: 'vault.key_required' }
  /** The database was never laid out, so there is nothing to put under another key. */
  | { readonly code: 'vault.empty' };

const CONTEXT = 'vault:hash-key';

/** Opens the hash key of a record; the seal is the check that the master key is the right one. */
export function openHashKey(
  record: VaultRecord,
  masterKey: Uint8Array,
): Result<Uint8Array, VaultProblem> {
  const sealer = createSealer(masterKey);
  try {
    return ok(sealer.open(record.sealedHashKey, CONTEXT));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    const { masterKeyId } = record;
    return err({ code: 'vault.key_wrong', masterKeyId, given: sealer.masterKeyId });
  }
}

/** Seals a hash key under a master key, as a record to be kept. */
export function sealHashKey(hashKey: Uint8Array, masterKey: Uint8Array, now: number): VaultRecord {
  const sealer = createSealer(masterKey);
  return {
    masterKeyId: sealer.masterKeyId,
    sealedHashKey: sealer.seal(hashKey, CONTEXT),
    sealedAt: now,
  };
}

/**
 * Unlocks the vault of a database with its master key, and lays one down in a database that has none yet.
 *
 * `generate` makes (and keeps) a master key where none was found; it is asked only for a database without a vault, so a
 * lost key is never papered over by a new one. A wrong or missing key is told and changes nothing.
 */
export async function unlockVault(options: {
  readonly storage: Storage<{ readonly vault: VaultStore }>;
  readonly clock: () => number;
  readonly masterKey?: Uint8Array | undefined;
  readonly generate?: (() => Result<Uint8Array, MasterKeyProblem>) | undefined;
}): Promise<Result<Vault, VaultProblem>> {
  const { storage, clock, masterKey, generate } = options;
  const unlock = (record: VaultRecord): Result<Vault, VaultProblem> => {
    if (masterKey === undefined) {
      return err({ code: 'vault.key_lost', masterKeyId: record.masterKeyId });
    }
    const hashKey = openHashKey(record, masterKey);
    return hashKey.ok ? ok(createVault(masterKey, hashKey.value)) : hashKey;
  };
  const known = await storage.read.vault.find();
  if (known !== undefined) return unlock(known);
  return storage.transaction(async ({ vault }) => {
    const record = await vault.find();
    if (record !== undefined) return unlock(record);
    const first = masterKey === undefined ? generate?.() : ok(masterKey);
    if (first === undefined) return err({ code: 'vault.key_required' });
    if (!first.ok) return first;
    const hashKey = generateKey();
    await vault.insert(sealHashKey(hashKey, first.value, clock()));
    return ok(createVault(first.value, hashKey));
  });
}
