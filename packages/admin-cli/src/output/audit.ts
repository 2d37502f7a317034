import type { WireAuditRecord } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { writeFacts } from './table.ts';
import type { Cell } from './table.ts';

/** One audit record as a row: when, what, its outcome, by whom, about what, why. */
export function auditRow(record: WireAuditRecord, palette: Palette): readonly Cell[] {
  const paint = record.decision === 'refused' ? palette.bad : palette.good;
  return [
    record.time,
    record.event,
    { word: record.decision, paint },
    chainOf(record) ?? record.actor ?? record.client ?? networkOf(record),
    aboutOf(record),
    record.detail ?? record.reason ?? countOf(record),
  ];
}

/** One audit record as a line. */
export const writeAuditLine = (record: WireAuditRecord, palette: Palette): string =>
  auditRow(record, palette)
    .map((cell) =>
      typeof cell === 'object' ? cell.paint(printable(cell.word)) : printable(String(cell ?? '-')),
    )
    .join('  ');

/** Everything a record says, a line each; what has parts is in JSON. */
export const writeAuditFacts = (record: WireAuditRecord, palette: Palette): string =>
  writeFacts(
    Object.fromEntries(
      Object.entries(record).map(([name, value]: [string, unknown]) => [name, textOfMember(value)]),
    ),
    palette,
  );

/** A member of a record as text: lists with spaces, what has parts in JSON. */
export function textOfMember(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(' ');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** How many scopes a row names; `--output json` has them all. */
const SCOPES_SHOWN = 3;

function aboutOf(record: WireAuditRecord): string | undefined {
  if (record.target !== undefined) return `${record.target.kind} ${record.target.id}`;
  const scopes = record.granted_scopes ?? record.requested_scopes ?? [];
  const more = scopes.length - SCOPES_SHOWN;
  const shown = scopes.slice(0, SCOPES_SHOWN).join(' ');
  return more > 0 ? `${shown} and ${String(more)} more` : shown || record.client;
}

/** Where strangers came from whose refusals were counted together. */
const networkOf = ({ counted, address }: WireAuditRecord): string | undefined =>
  counted && (address ?? 'anywhere');

/** How many refusals were counted together, and why: `42 refusals: invalid_client 40, invalid_request 2`. */
function countOf({ counted }: WireAuditRecord): string | undefined {
  if (counted === undefined) return undefined;
  const reasons = Object.entries(counted.reasons).sort(([, one], [, other]) => other - one);
  const told = reasons.map(([reason, count]) => `${reason} ${String(count)}`).join(', ');
  return `${String(counted.refusals)} refusals: ${told}`;
}

/** Who acted for whom, newest first: `payments for orders for front`. */
function chainOf({ actors = [], subject }: WireAuditRecord): string | undefined {
  return actors.length === 0 || subject === undefined
    ? undefined
    : [...actors, subject].join(' for ');
}
