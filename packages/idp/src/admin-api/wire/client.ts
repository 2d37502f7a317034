import type {
  CompiledCatalog,
  RoleAssignment,
  ScopePolicy,
  SigningAlg,
} from '@ambit/scope-catalog';
import type { Client, ClientAuth, ClientSecret, PublicJwks } from '../../clients/client.ts';
import type { ClientPatch } from '../../clients/client-settings.ts';
import { timeMember, toTime } from './time.ts';

/** Settings of a client as they come in; `null` takes one away. */
export interface WireSettings {
  readonly auth?: ClientAuth;
  readonly resource_servers?: readonly string[];
  readonly default_scopes?: readonly string[];
  readonly scope_policy?: ScopePolicy;
  readonly jwks?: PublicJwks | null;
  readonly tls_subject_dn?: string | null;
  readonly tls_san_dns?: string | null;
  readonly tls_san_uri?: string | null;
  readonly federated?: string | null;
  readonly introspection_alg?: SigningAlg | null;
}

/** Settings by our names. */
export const fromWireSettings = (wire: WireSettings): ClientPatch => ({
  auth: wire.auth,
  resourceServers: wire.resource_servers,
  defaultScopes: wire.default_scopes,
  scopePolicy: wire.scope_policy,
  jwks: wire.jwks,
  tlsSubjectDn: wire.tls_subject_dn,
  tlsSanDns: wire.tls_san_dns,
  tlsSanUri: wire.tls_san_uri,
  federatedIssuer: wire.federated,
  introspectionAlg: wire.introspection_alg,
});

/** A client as everybody who may read clients sees it. */
export const toWireClient = (client: Client, catalog: CompiledCatalog): object => ({
  client_id: client.clientId,
  enabled: client.enabled,
  auth: client.auth,
  roles: toWireAssignments(client.assignments, catalog),
  resource_servers: client.resourceServers.map(({ name, audience }) => ({
    name,
    audience,
    suspended: catalog.resourceServers.get(name)?.audience !== audience,
  })),
  default_scopes: client.defaultScopes,
  scope_policy: client.scopePolicy,
  jwks: client.jwks,
  tls_subject_dn: client.tlsSubjectDn,
  tls_san_dns: client.tlsSanDns,
  tls_san_uri: client.tlsSanUri,
  federated: client.federatedIssuer,
  introspection_alg: client.introspectionAlg,
  created_at: toTime(client.createdAt),
  updated_at: toTime(client.updatedAt),
  revision: client.revision,
});

/** The roles a client holds; one that the active version lacks is dormant. */
export const toWireAssignments = (
  assignments: readonly RoleAssignment[],
  catalog: CompiledCatalog,
): readonly object[] =>
  assignments.map(({ role, until }) => ({
    role,
    ...timeMember('until', until),
    ...(catalog.roles.has(role) ? {} : { dormant: true }),
  }));

/** What may be told about a secret. */
export const toWireSecret = (secret: ClientSecret): object => ({
  id: secret.id,
  label: secret.label,
  created_at: toTime(secret.createdAt),
  ...timeMember('expires_at', secret.expiresAt),
  ...timeMember('last_used_at', secret.lastUsedAt),
});
