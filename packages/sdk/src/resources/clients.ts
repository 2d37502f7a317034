import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import type {
  ClientRoles,
  CreatedClient,
  CreatedSecret,
  WireClient,
  WireSecret,
} from '../wire/clients.ts';

const READ = { needs: ['ambit.client:read'] };
const WRITE = { needs: ['ambit.client:write'] };
const ASSIGN = { needs: ['ambit.role:assign'] };

/** What can be set about a client; in an update, `null` takes a setting away. */
export interface ClientUpdate {
  readonly resource_servers?: readonly string[];
  readonly default_scopes?: readonly string[];
  readonly scope_policy?: string;
  readonly auth?: string;
  readonly jwks?: unknown;
  readonly tls_subject_dn?: string | null;
  readonly tls_san_dns?: string | null;
  readonly tls_san_uri?: string | null;
  readonly federated?: string | null;
  readonly introspection_alg?: string | null;
}

/** A client to be registered. */
export interface NewClient extends ClientUpdate {
  readonly client_id: string;
  readonly roles?: readonly string[];
}

const at = (id: string): string => `/clients/${encodeURIComponent(id)}`;

/** The registered clients: their settings, secrets and roles. */
export const clientsResource = (connection: Connection) => ({
  list: (): Promise<Page<WireClient>> => connection.list('/clients', READ),

  find: (id: string): Promise<{ readonly value: WireClient; readonly etag?: string }> =>
    connection.requestTagged('GET', at(id), READ),

  create: (client: NewClient): Promise<CreatedClient> => {
    const assigns = client.roles === undefined ? [] : ASSIGN.needs;
    return connection.request('POST', '/clients', {
      needs: [...WRITE.needs, ...assigns],
      body: client,
    });
  },

  update: (id: string, update: ClientUpdate, ifMatch?: string): Promise<WireClient> =>
    connection.request('PATCH', at(id), {
      ...WRITE,
      body: update,
      ...present({ ifMatch }),
    }),

  remove: (id: string): Promise<void> => connection.request('DELETE', at(id), WRITE),

  disable: (id: string): Promise<WireClient> =>
    connection.request('POST', `${at(id)}/disable`, { needs: ['ambit.client:disable'] }),

  enable: (id: string): Promise<WireClient> =>
    connection.request('POST', `${at(id)}/enable`, WRITE),

  secrets: (id: string): Promise<Page<WireSecret>> => connection.list(`${at(id)}/secrets`, READ),

  addSecret: (
    id: string,
    secret: { readonly label?: string; readonly expires_at?: string },
  ): Promise<CreatedSecret> =>
    connection.request('POST', `${at(id)}/secrets`, { ...WRITE, body: secret }),

  revokeSecret: (id: string, secretId: string): Promise<void> =>
    connection.request('DELETE', `${at(id)}/secrets/${encodeURIComponent(secretId)}`, WRITE),

  assignRole: (id: string, role: string, until?: string): Promise<ClientRoles> =>
    connection.request('PUT', `${at(id)}/roles/${encodeURIComponent(role)}`, {
      ...ASSIGN,
      body: present({ until }),
    }),

  unassignRole: (id: string, role: string): Promise<ClientRoles> =>
    connection.request('DELETE', `${at(id)}/roles/${encodeURIComponent(role)}`, ASSIGN),
});
