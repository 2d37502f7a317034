import { present } from '@ambit/scope-catalog';
import type { SigningAlg } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { KeyState, KeyStore, SigningKeyRecord } from '../keys/ports.ts';

interface KeyRow {
  kid: string;
  alg: SigningAlg;
  state: KeyState;
  public_jwk: string;
  private_jwk: Uint8Array | null;
  created_at: number;
  activated_at: number | null;
  retired_at: number | null;
  destroyed_at: number | null;
}

const decodeKey = (row: KeyRow): SigningKeyRecord => ({
  kid: row.kid,
  alg: row.alg,
  state: row.state,
  publicJwk: JSON.parse(row.public_jwk) as SigningKeyRecord['publicJwk'],
  createdAt: row.created_at,
  ...present({
    privateJwk: row.private_jwk,
    activatedAt: row.activated_at,
    retiredAt: row.retired_at,
    destroyedAt: row.destroyed_at,
  }),
});

const encodeKey = (key: SigningKeyRecord): KeyRow => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  public_jwk: JSON.stringify(key.publicJwk),
  private_jwk: key.privateJwk ?? null,
  created_at: key.createdAt,
  activated_at: key.activatedAt ?? null,
  retired_at: key.retiredAt ?? null,
  destroyed_at: key.destroyedAt ?? null,
});

/** Signing keys, private halves sealed. */
export const createKeyStore = (db: Knex): KeyStore => ({
  async list() {
    const rows = await db<KeyRow>('signing_keys').orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'kid' },
    ]);
    return rows.map(decodeKey);
  },
  async insert(key) {
    await db<KeyRow>('signing_keys').insert(encodeKey(key));
  },
  async update(key) {
    const { kid, ...rest } = encodeKey(key);
    await db<KeyRow>('signing_keys').where({ kid }).update(rest);
  },
});
