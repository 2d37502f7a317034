import type pg from 'pg';
import type { Revision } from '../../revision.ts';
import { decodeClient } from '../client-rows.ts';
import type { ClientRow, RoleRow, SecretRow } from '../client-rows.ts';
import { decodeDerivation } from '../derivations.ts';
import type { DerivationRow } from '../derivations.ts';
import type { HotReads } from '../engine.ts';
import { createSharedRead } from '../shared-read.ts';
import { isCut } from './faults.ts';

const REVISION = 'select number, catalog, clients, keys, revocations from revision where id = 1';

const CLIENT = `select clients.*,
    (select coalesce(json_agg(json_build_object('role', role, 'until', until) order by role), '[]')
      from client_roles where client_id = clients.client_id) as roles,
    (select coalesce(json_agg(json_build_object(
        'id', id, 'label', label, 'created_at', created_at, 'expires_at', expires_at,
        'last_used_at', last_used_at, 'key_id', key_id, 'hash', encode(hash, 'hex')) order by created_at, id), '[]')
      from client_secrets where client_id = clients.client_id) as secrets
  from clients where client_id = $1`;

const DERIVATION = 'select derivation from derivations where jti = $1';

/** Whoever has waited for longer is not to wait as long again. */
const AGAIN_WITHIN_MS = 1_000;

type WholeRow = ClientRow & {
  readonly roles: Omit<RoleRow, 'client_id'>[];
  readonly secrets: (Omit<SecretRow, 'client_id' | 'hash'> & { readonly hash: string })[];
};

/** Makes what every token request reads. */
export function createHotReads(pool: pg.Pool): HotReads {
  /** A read does nothing, so where the connection it was given was dead it is done again on another. */
  const query = async <R extends object>(config: pg.QueryConfig): Promise<R | undefined> => {
    const began = performance.now();
    try {
      return (await pool.query<R>(config)).rows[0];
    } catch (error) {
      if (!isCut(error) || performance.now() - began > AGAIN_WITHIN_MS) throw error;
      return (await pool.query<R>(config)).rows[0];
    }
  };
  return {
    readRevision: createSharedRead(async () => {
      const row = await query<Revision>({ name: 'ambit-revision', text: REVISION });
      if (row === undefined) throw new Error('the revision counter is missing');
      return row;
    }),
    async findClient(clientId) {
      const row = await query<WholeRow>({ name: 'ambit-client', text: CLIENT, values: [clientId] });
      if (row === undefined) return undefined;
      return decodeClient(
        row,
        row.roles,
        row.secrets.map((secret) => ({ ...secret, hash: Buffer.from(secret.hash, 'hex') })),
      );
    },
    async findDerivation(jti) {
      const row = await query<DerivationRow>({
        name: 'ambit-derivation',
        text: DERIVATION,
        values: [jti],
      });
      return row && decodeDerivation(row);
    },
  };
}
