import type { AuditRecord } from '../../audit/record.ts';
import { toTime } from './time.ts';

/** A record of the audit log. */
export const toWireAuditRecord = (record: AuditRecord): object => ({
  id: record.id,
  time: toTime(record.time),
  event: record.event,
  decision: record.decision,
  request_id: record.requestId,
  actor: record.actor,
  subject: record.subject,
  client: record.client,
  resource_server: record.resourceServer,
  requested_scopes: record.requestedScopes,
  granted_scopes: record.grantedScopes,
  refused_scopes: record.refusedScopes,
  catalog_version: record.catalogVersion,
  revision: record.revision,
  jti: record.jti,
  parent_jti: record.parentJti,
  actors: record.actors,
  granted_by: record.grantedBy,
  external: record.external,
  federation: record.federation,
  exp: record.expiresAt,
  kid: record.kid,
  target: record.target,
  before: record.before,
  after: record.after,
  reason: record.reason,
  detail: record.detail,
});
