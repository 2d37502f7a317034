/**
 * A typed client of the admin API: `createConnection` signs in by client credentials, `createAdminClient` offers what
 * the API does by noun. What goes wrong is thrown as one of four errors, told apart by `code`.
 */
export { createAdminClient } from './admin-client.ts';
export type { AdminClient } from './admin-client.ts';
export { createConnection } from './connection.ts';
export type { Connection, Page } from './connection.ts';
export type { Credentials } from './token-source.ts';
export { discover } from './discovery.ts';
export type { Discovery } from './discovery.ts';
export { ApiProblem, DiscoveryFailed, TokenRefused, Unavailable, Unreachable } from './errors.ts';
export type { ProblemFacts, ScopeError } from './errors.ts';
export type { Fetch } from './reach.ts';
export type { AuditNews, AuditQuery } from './resources/audit.ts';
export type { ClientUpdate, NewClient } from './resources/clients.ts';
export type { RevocationMatch } from './resources/tokens.ts';
export type { CatalogTarget } from './resources/catalog.ts';
export type * from './wire/access.ts';
export type * from './wire/audit.ts';
export type * from './wire/catalog.ts';
export type * from './wire/changes.ts';
export type * from './wire/clients.ts';
export type * from './wire/governance.ts';
export type * from './wire/tokens.ts';
