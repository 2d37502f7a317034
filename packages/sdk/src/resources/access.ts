import type { Connection, Page } from '../connection.ts';
import type { AccessExplanation, DelegationExplanation, WhatCan, WhoCan } from '../wire/access.ts';
import type { RoleSummary, WireRole } from '../wire/governance.ts';

const READ = { needs: ['ambit.role:read'] };

/** Roles of the active version. */
export const rolesResource = (connection: Connection) => ({
  list: (): Promise<Page<RoleSummary>> => connection.list('/roles', READ),

  find: (role: string): Promise<WireRole> =>
    connection.request('GET', `/roles/${encodeURIComponent(role)}`, READ),
});

/** Questions about who is entitled to what, and why. */
export const accessResource = (connection: Connection) => ({
  whoCan: (scope: string): Promise<WhoCan> =>
    connection.request('GET', '/access/who-can', { ...READ, query: { scope } }),

  whatCan: (client: string): Promise<WhatCan> =>
    connection.request('GET', '/access/what-can', { ...READ, query: { client } }),

  explain: (client: string, scope: string): Promise<AccessExplanation> =>
    connection.request('GET', '/access/explain', { ...READ, query: { client, scope } }),

  /** `holding`: what the subject token carries. */
  explainDelegation: (
    client: string,
    scope: string,
    holding: readonly string[],
  ): Promise<DelegationExplanation> =>
    connection.request('GET', '/access/explain-delegation', {
      ...READ,
      query: { client, scope, holding: holding.join(' ') },
    }),
});
