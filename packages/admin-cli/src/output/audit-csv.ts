import type { WireAuditRecord } from '@ambit/sdk';
import { stringify } from 'csv-stringify/sync';
import { textOfMember } from './audit.ts';
import { printable } from './printable.ts';

/** The columns of an export as CSV, in order; a dot leads to a member of a member. */
const COLUMNS = [
  ...['time', 'id', 'writer', 'sequence', 'digest', 'event', 'decision', 'request_id', 'trace_id'],
  ...['address', 'duration_micros', 'actor', 'subject', 'client', 'resource_server', 'audience'],
  ...['requested_scopes', 'granted_scopes', 'refused_scopes', 'catalog_version', 'revision'],
  ...['jti', 'parent_jti', 'actors', 'granted_by', 'external.issuer', 'external.subject'],
  ...['federation', 'exp', 'kid', 'target.kind', 'target.id', 'before', 'after'],
  ...['counted.refusals', 'counted.since', 'counted.reasons', 'reason', 'detail'],
  'personal_erased',
] as const;

/**
 * One record as a line of CSV (RFC 4180). Lists are separated by spaces, and what a spreadsheet would take for a formula is
 * put behind an apostrophe, since a stranger may have chosen it.
 */
export const writeAuditCsv = (record: WireAuditRecord): string =>
  line(COLUMNS.map((column) => cellOf(record, column)));

/** The line above all others. */
export const auditCsvHead = (): string => line(COLUMNS.map((column) => column.replace('.', '_')));

const line = (cells: readonly string[]): string =>
  stringify([[...cells]], { record_delimiter: 'windows', escape_formulas: true });

function cellOf(record: WireAuditRecord, column: string): string {
  const value = column
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], record);
  return value === undefined ? '' : printable(textOfMember(value));
}
