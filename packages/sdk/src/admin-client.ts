import type { Connection } from './connection.ts';
import { accessResource, rolesResource } from './resources/access.ts';
import { auditResource } from './resources/audit.ts';
import { catalogResource } from './resources/catalog.ts';
import { clientsResource } from './resources/clients.ts';
import { keysResource } from './resources/keys.ts';
import { tokensResource } from './resources/tokens.ts';
import type { WhoAmI, WireActivity } from './wire/governance.ts';

/** Everything the admin API offers, by noun, over one connection. */
export const createAdminClient = (connection: Connection) => ({
  catalog: catalogResource(connection),
  roles: rolesResource(connection),
  clients: clientsResource(connection),
  keys: keysResource(connection),
  tokens: tokensResource(connection),
  access: accessResource(connection),
  audit: auditResource(connection),
  /** What the server has decided in the last minutes. */
  status: (): Promise<WireActivity> =>
    connection.request('GET', '/status', { needs: ['ambit.audit:read'] }),
  /** Who the caller is; any live admin token will do. */
  whoami: (): Promise<WhoAmI> => connection.request('GET', '/whoami', { needs: [] }),
});

/** The admin API as functions: `api.clients.find('deploy-bot')`. */
export type AdminClient = ReturnType<typeof createAdminClient>;
