import type { Knex } from 'knex';
import type { VaultStore } from '../vault/ports.ts';

interface VaultRow {
  id: number;
  master_key_id: string;
  sealed_hash_key: Uint8Array;
  sealed_at: number;
}

/** The one vault record of a database. */
export const createVaultStore = (db: Knex): VaultStore => ({
  async find() {
    const row = await db<VaultRow>('vault').where({ id: 1 }).first();
    return row === undefined
      ? undefined
      : {
          masterKeyId: row.master_key_id,
          sealedHashKey: row.sealed_hash_key,
          sealedAt: row.sealed_at,
        };
  },
  async insert({ masterKeyId, sealedHashKey, sealedAt }) {
    await db<VaultRow>('vault').insert({
      id: 1,
      master_key_id: masterKeyId,
      sealed_hash_key: sealedHashKey,
      sealed_at: sealedAt,
    });
  },
  async replace({ masterKeyId, sealedHashKey, sealedAt }) {
    await db<VaultRow>('vault').where({ id: 1 }).update({
      master_key_id: masterKeyId,
      sealed_hash_key: sealedHashKey,
      sealed_at: sealedAt,
    });
  },
});
