import { present } from '@ambit/scope-catalog';
import type { RoleAssignment, ScopePolicy, SigningAlg } from '@ambit/scope-catalog';
import type {
  Client,
  ClientAuth,
  ClientSecret,
  PublicJwks,
  ResourceServerBinding,
} from '../clients/client.ts';

/** A row of `clients`. */
export interface ClientRow {
  client_id: string;
  enabled: number | boolean;
  auth: ClientAuth;
  scope_policy: ScopePolicy;
  resource_servers: string;
  default_scopes: string;
  jwks: string | null;
  tls_subject_dn: string | null;
  tls_san_dns: string | null;
  tls_san_uri: string | null;
  federated_issuer: string | null;
  introspection_alg: SigningAlg | null;
  created_at: number;
  updated_at: number;
  revision: number;
}

/** A row of `client_roles`. */
export interface RoleRow {
  client_id: string;
  role: string;
  until: number | null;
}

/** A row of `client_secrets`. */
export interface SecretRow {
  client_id: string;
  id: string;
  label: string | null;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  key_id: string;
  hash: Uint8Array;
}

/** The assignment of a row. */
export const decodeAssignment = ({ role, until }: Omit<RoleRow, 'client_id'>): RoleAssignment =>
  until === null ? { role } : { role, until };

const decodeSecret = (row: Omit<SecretRow, 'client_id'>): ClientSecret => ({
  id: row.id,
  createdAt: row.created_at,
  keyId: row.key_id,
  // A copy of its own: a small Buffer would keep all that it was cut from as long as the client is at hand.
  hash: new Uint8Array(row.hash),
  ...present({ label: row.label, expiresAt: row.expires_at, lastUsedAt: row.last_used_at }),
});

/** A secret as a row. */
export const encodeSecret = (clientId: string, secret: ClientSecret): SecretRow => ({
  client_id: clientId,
  id: secret.id,
  label: secret.label ?? null,
  created_at: secret.createdAt,
  expires_at: secret.expiresAt ?? null,
  last_used_at: secret.lastUsedAt ?? null,
  key_id: secret.keyId,
  hash: secret.hash,
});

/** An assignment as a row. */
export const encodeRole = (clientId: string, { role, until }: RoleAssignment): RoleRow => ({
  client_id: clientId,
  role,
  until: until ?? null,
});

/** Puts a client together from its rows: roles by name, secrets oldest first, as the queries order them. */
export const decodeClient = (
  row: ClientRow,
  roles: readonly Omit<RoleRow, 'client_id'>[],
  secrets: readonly Omit<SecretRow, 'client_id'>[],
): Client => ({
  clientId: row.client_id,
  enabled: Boolean(row.enabled),
  auth: row.auth,
  scopePolicy: row.scope_policy,
  resourceServers: JSON.parse(row.resource_servers) as ResourceServerBinding[],
  defaultScopes: JSON.parse(row.default_scopes) as string[],
  assignments: roles.map(decodeAssignment),
  secrets: secrets.map(decodeSecret),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  revision: row.revision,
  ...present({
    jwks: row.jwks === null ? null : (JSON.parse(row.jwks) as PublicJwks),
    tlsSubjectDn: row.tls_subject_dn,
    tlsSanDns: row.tls_san_dns,
    tlsSanUri: row.tls_san_uri,
    federatedIssuer: row.federated_issuer,
    introspectionAlg: row.introspection_alg,
  }),
});

/** A client as its row, its secrets and assignments aside. */
export const encodeClient = (client: Client): ClientRow => ({
  client_id: client.clientId,
  enabled: client.enabled,
  auth: client.auth,
  scope_policy: client.scopePolicy,
  resource_servers: JSON.stringify(client.resourceServers),
  default_scopes: JSON.stringify(client.defaultScopes),
  jwks: client.jwks === undefined ? null : JSON.stringify(client.jwks),
  tls_subject_dn: client.tlsSubjectDn ?? null,
  tls_san_dns: client.tlsSanDns ?? null,
  tls_san_uri: client.tlsSanUri ?? null,
  federated_issuer: client.federatedIssuer ?? null,
  introspection_alg: client.introspectionAlg ?? null,
  created_at: client.createdAt,
  updated_at: client.updatedAt,
  revision: client.revision,
});
