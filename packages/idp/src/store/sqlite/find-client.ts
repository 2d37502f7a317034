import type { Database } from 'better-sqlite3';
import type { Client } from '../../clients/client.ts';
import { decodeClient } from '../client-rows.ts';
import type { ClientRow, RoleRow, SecretRow } from '../client-rows.ts';

const ROLES = `select json_group_array(json_object('role', role, 'until', until) order by role)
  from client_roles where client_id = clients.client_id`;

const SECRETS = `select json_group_array(json_object(
    'id', id, 'label', label, 'created_at', created_at, 'expires_at', expires_at,
    'last_used_at', last_used_at, 'key_id', key_id, 'hash', hex(hash)) order by created_at, id)
  from client_secrets where client_id = clients.client_id`;

type WholeRow = ClientRow & { readonly roles: string; readonly secrets: string };

/**
 * Prepares the look-up of a client with everything that is its own, as one statement: three of them and the transaction
 * around would take twice as long, and a client that is not at hand is looked up in the middle of a token request.
 */
export function prepareFindClient(reader: Database): (clientId: string) => Client | undefined {
  const statement = reader.prepare<[string], WholeRow>(
    `select *, (${ROLES}) as roles, (${SECRETS}) as secrets from clients where client_id = ?`,
  );
  return (clientId) => {
    const row = statement.get(clientId);
    if (row === undefined) return undefined;
    const roles = JSON.parse(row.roles) as Omit<RoleRow, 'client_id'>[];
    const secrets = JSON.parse(row.secrets) as (Omit<SecretRow, 'client_id' | 'hash'> & {
      readonly hash: string;
    })[];
    return decodeClient(
      row,
      roles,
      secrets.map((secret) => ({ ...secret, hash: Buffer.from(secret.hash, 'hex') })),
    );
  };
}
