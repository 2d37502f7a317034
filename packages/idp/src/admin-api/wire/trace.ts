import { present } from '@ambit/scope-catalog';
import type { TracedToken } from '../../delegation/trace.ts';
import { toTime } from './time.ts';

/** A token of a tree, and what was derived from it. */
export const toWireTrace = (token: TracedToken): object => ({
  jti: token.jti,
  client: token.client,
  subject: token.subject,
  audience: token.audience,
  scopes: token.scopes,
  live: token.live,
  granted_by: token.grantedBy,
  catalog_version: token.catalogVersion,
  issued_at: toTime(token.issuedAt),
  expires_at: toTime(token.expiresAt * 1000),
  active: token.active,
  ...present({ external: token.external, reason: token.reason, omitted: token.omitted }),
  children: token.children.map(toWireTrace),
});
