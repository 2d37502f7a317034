import type { Client, ResourceServerBinding } from '../clients/client.ts';
import type { ClientStore } from '../clients/ports.ts';
import type { Knex } from 'knex';
import {
  decodeAssignment,
  decodeClient,
  encodeClient,
  encodeRole,
  encodeSecret,
} from './client-rows.ts';
import type { ClientRow, RoleRow, SecretRow } from './client-rows.ts';

/** How many clients are put together at a time: an engine takes only so many values in one statement. */
const AT_A_TIME = 1_000;

const byClient = <R extends { client_id: string }>(rows: readonly R[]): Map<string, R[]> =>
  Map.groupBy(rows, (row) => row.client_id);

/** Registered clients, with their secrets and roles. */
export function createClientStore(db: Knex): ClientStore {
  const assembleSome = async (rows: readonly ClientRow[]): Promise<Client[]> => {
    const ids = rows.map((row) => row.client_id);
    const roles = byClient(
      await db<RoleRow>('client_roles').whereIn('client_id', ids).orderBy(['client_id', 'role']),
    );
    const secrets = byClient(
      await db<SecretRow>('client_secrets')
        .whereIn('client_id', ids)
        .orderBy(['client_id', 'created_at', 'id']),
    );
    return rows.map((row) =>
      decodeClient(row, roles.get(row.client_id) ?? [], secrets.get(row.client_id) ?? []),
    );
  };
  const assemble = async (rows: readonly ClientRow[]): Promise<Client[]> => {
    const clients: Client[] = [];
    for (let from = 0; from < rows.length; from += AT_A_TIME) {
      clients.push(...(await assembleSome(rows.slice(from, from + AT_A_TIME))));
    }
    return clients;
  };
  return {
    async find(clientId) {
      const rows = await db<ClientRow>('clients').where({ client_id: clientId });
      return (await assemble(rows))[0];
    },
    async isNameTaken(clientId) {
      const row = await db('client_names').where({ client_id: clientId }).first('client_id');
      return row !== undefined;
    },
    async list({ limit, after }) {
      const page = db<ClientRow>('clients').orderBy('client_id').limit(limit);
      const rows = await (after === undefined ? page : page.where('client_id', '>', after));
      const [count] = await db('clients').count({ total: '*' });
      return { items: await assemble(rows), total: Number(count?.['total']) };
    },
    async insert(client) {
      await db('client_names').insert({ client_id: client.clientId });
      await db<ClientRow>('clients').insert(encodeClient(client));
      for (const assignment of client.assignments) {
        await db<RoleRow>('client_roles').insert(encodeRole(client.clientId, assignment));
      }
      for (const secret of client.secrets) {
        await db<SecretRow>('client_secrets').insert(encodeSecret(client.clientId, secret));
      }
    },
    async update(client) {
      const { client_id, created_at: _, ...rest } = encodeClient(client);
      await db<ClientRow>('clients').where({ client_id }).update(rest);
    },
    async delete(clientId) {
      await db<ClientRow>('clients').where({ client_id: clientId }).delete();
    },
    async putAssignment(clientId, assignment) {
      await db('client_roles')
        .insert(encodeRole(clientId, assignment))
        .onConflict(['client_id', 'role'])
        .merge();
    },
    async deleteAssignment(clientId, role) {
      await db<RoleRow>('client_roles').where({ client_id: clientId, role }).delete();
    },
    async insertSecret(clientId, secret) {
      await db<SecretRow>('client_secrets').insert(encodeSecret(clientId, secret));
    },
    async deleteSecret(clientId, secretId) {
      await db<SecretRow>('client_secrets').where({ client_id: clientId, id: secretId }).delete();
    },
    async touchSecret(clientId, secretId, lastUsedAt) {
      await db<SecretRow>('client_secrets')
        .where({ client_id: clientId, id: secretId })
        .update({ last_used_at: lastUsedAt });
    },
    async listForPlan() {
      const rows = await db<ClientRow>('clients')
        .orderBy('client_id')
        .select('client_id', 'enabled', 'default_scopes', 'resource_servers');
      const roles = byClient(
        await db<RoleRow>('client_roles').orderBy(['client_id', 'role']).select(),
      );
      return rows.map((row) => ({
        clientId: row.client_id,
        enabled: Boolean(row.enabled),
        assignments: (roles.get(row.client_id) ?? []).map(decodeAssignment),
        defaultScopes: JSON.parse(row.default_scopes) as string[],
        resourceServers: JSON.parse(row.resource_servers) as ResourceServerBinding[],
      }));
    },
    async listByRole(role) {
      const holders = db<RoleRow>('client_roles').where({ role }).select('client_id');
      const clients = db<ClientRow>('clients').whereIn('client_id', holders);
      return assemble(await clients.orderBy('client_id'));
    },
  };
}
