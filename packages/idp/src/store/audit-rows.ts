import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import type { AuditEvent } from '../audit/events.ts';

/** The columns of a record, in the order the prepared statement binds them. */
export const AUDIT_COLUMNS = [
  'time',
  'event',
  'rare_event',
  'decision',
  'request_id',
  'client',
  'subject',
  'jti',
  'entry',
] as const;

/** A record as its columns, without the id that the database gives it. */
export type AuditColumns = Readonly<Record<(typeof AUDIT_COLUMNS)[number], string | number | null>>;

/** A row of the log. */
export interface AuditRow extends AuditColumns {
  readonly id: number;
  readonly entry: string;
}

// Most records are these, so an index over them would cost every token and narrow nothing.
const EVERYDAY: ReadonlySet<AuditEvent> = new Set(['token.issued', 'token.introspected']);

/** The event as the index knows it: absent for everyday ones. */
export const rareEvent = (event: AuditEvent): AuditEvent | null =>
  EVERYDAY.has(event) ? null : event;

/** Columns of an entry. An entry about a client is found by it, whether through a token or as its target. */
export const encodeEntry = (entry: AuditEntry): AuditColumns => ({
  time: entry.time,
  event: entry.event,
  rare_event: rareEvent(entry.event),
  decision: entry.decision,
  request_id: entry.requestId,
  client: entry.client ?? (entry.target?.kind === 'client' ? entry.target.id : null),
  subject: entry.subject ?? null,
  jti: entry.jti ?? null,
  entry: JSON.stringify(entry),
});

/** Every scope an entry names, once. */
export function scopesOf(entry: AuditEntry): ReadonlySet<string> {
  const scopes = new Set(entry.requestedScopes);
  for (const scope of entry.grantedScopes ?? []) scopes.add(scope);
  return scopes;
}

/** The record of a row, from the entry that it keeps whole. */
export const decodeEntry = (row: Pick<AuditRow, 'id' | 'entry'>): AuditRecord => ({
  ...(JSON.parse(row.entry) as AuditEntry),
  id: row.id,
});
