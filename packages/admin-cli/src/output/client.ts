import type { CreatedClient, WireClient } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { writeRoles } from './roles.ts';
import { writeFacts } from './table.ts';

/** A client as a sheet. */
export const writeClient = (client: WireClient, palette: Palette): string =>
  writeFacts(
    {
      'client id': client.client_id,
      enabled: client.enabled ? 'yes' : { word: 'no', paint: palette.bad },
      auth: client.auth,
      roles: writeRoles(client.roles),
      'resource servers': client.resource_servers
        .map(({ name, suspended }) => (suspended ? `${name} (suspended)` : name))
        .join(', '),
      'default scopes': client.default_scopes.join(' '),
      'scope policy': client.scope_policy,
      'tls subject dn': client.tls_subject_dn,
      'tls san dns': client.tls_san_dns,
      'tls san uri': client.tls_san_uri,
      'federated by': client.federated,
      'introspection alg': client.introspection_alg,
      keys: client.jwks?.keys.map(({ kid }) => (typeof kid === 'string' ? kid : '?')).join(', '),
      'created at': client.created_at,
      'updated at': client.updated_at,
    },
    palette,
  );

/** What a new client signs in with, and what it may. */
export const writeCredentials = (client: CreatedClient, palette: Palette): string =>
  writeFacts(
    {
      client_id: client.client_id,
      client_secret: client.client_secret,
      auth: client.auth,
      roles: writeRoles(client.roles),
    },
    palette,
  );
