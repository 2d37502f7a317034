import { ADMIN_RESOURCE_SERVER } from '@ambit/scope-catalog';
import type { AuditEvent } from './events.ts';
import type { AuditEntry } from './record.ts';

/**
 * Whether a change by the name of an event only ever takes power away. Such a change is committed on a full disk too, from
 * space that is kept for it; any other waits until there is room again.
 */
const SECURING: Readonly<Record<AuditEvent, boolean>> = {
  'token.issued': false,
  'token.exchanged': false,
  'token.refused': false,
  'token.limited': false,
  'refusals.counted': false,
  'admin.refused': false,
  'token.introspected': false,
  'token.revoked': true,
  'catalog.published': false,
  'catalog.activated': false,
  'client.created': false,
  'client.updated': false,
  'client.disabled': true,
  'client.enabled': false,
  'client.deleted': true,
  'client.secret_added': false,
  'client.secret_revoked': true,
  'role.assigned': false,
  'role.unassigned': true,
  'key.created': false,
  'key.activated': false,
  'key.retired': true,
  'key.destroyed': true,
  'revocation.created': true,
  'audit.resumed': false,
  'audit.key_introduced': false,
  'audit.personal_erased': false,
  'system.bootstrapped': false,
  'system.admin_reset': false,
  'system.rekeyed': false,
};

/** The scopes that administrators need for a change that only takes power away. */
const SECURING_SCOPES: ReadonlySet<string> = new Set([
  'ambit.token:revoke',
  'ambit.client:disable',
  'ambit.client:write',
  'ambit.role:assign',
  'ambit.key:rotate',
]);

/** Whether a change that the log names so only takes power away. */
export const isSecuring = (event: AuditEvent): boolean => SECURING[event];

/**
 * Whether a record is that of a token without which nothing could be revoked or disabled: one for the admin API, with a
 * scope to do so. No client of the shop can have one, so nobody else can use up the space that is kept.
 */
export const isTokenToSecure = (entry: AuditEntry): boolean =>
  entry.event === 'token.issued' &&
  entry.resourceServer === ADMIN_RESOURCE_SERVER &&
  (entry.grantedScopes ?? []).some((scope) => SECURING_SCOPES.has(scope));
