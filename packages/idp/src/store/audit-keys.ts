import { present } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { AuditKeyRecord, AuditKeyStore } from '../audit/ports.ts';

interface AuditKeyRow {
  number: number;
  kid: string;
  public_jwk: string;
  stamp: Uint8Array;
  introduction: string | null;
  private_jwk: Uint8Array | null;
  created_at: number;
}

const decodeKey = (row: AuditKeyRow): AuditKeyRecord => ({
  number: row.number,
  kid: row.kid,
  publicJwk: JSON.parse(row.public_jwk) as AuditKeyRecord['publicJwk'],
  stamp: row.stamp,
  createdAt: row.created_at,
  ...present({
    introduction: row.introduction ?? undefined,
    privateJwk: row.private_jwk ?? undefined,
  }),
});

/** The keys that sign checkpoints, private halves sealed. */
export const createAuditKeyStore = (db: Knex): AuditKeyStore => ({
  async list() {
    return (await db<AuditKeyRow>('audit_keys').orderBy('number')).map(decodeKey);
  },
  async insert(key) {
    await db<AuditKeyRow>('audit_keys').insert({
      number: key.number,
      kid: key.kid,
      public_jwk: JSON.stringify(key.publicJwk),
      stamp: key.stamp,
      introduction: key.introduction ?? null,
      created_at: key.createdAt,
      private_jwk: key.privateJwk ?? null,
    });
  },
  async replacePrivate(number, privateJwk) {
    await db<AuditKeyRow>('audit_keys')
      .where({ number })
      .update({ private_jwk: privateJwk ?? null });
  },
});
