import type { AuditFilter } from './ports.ts';
import type { AuditEntry } from './record.ts';

/**
 * What a record is found by: words of the form `client=deploy-bot`. The index holds each with the time of its record, so
 * that every filter gives its records in the order of time.
 */
export type Term = string;

/**
 * The words of an entry.
 *
 * A client that is the subject of its own token has one word for both, since that is what most records are of and each
 * word costs every token a few microseconds.
 */
export function termsOf(entry: AuditEntry): readonly Term[] {
  const { jti, subject, requestedScopes, grantedScopes } = entry;
  const client = clientOf(entry);
  const terms = [
    `event=${entry.event}`,
    `decision=${entry.decision}`,
    `request=${entry.requestId}`,
  ];
  if (jti !== undefined) terms.push(`jti=${jti}`);
  if (client !== undefined && client === subject) {
    terms.push(`self=${client}`);
  } else {
    if (client !== undefined) terms.push(`client=${client}`);
    if (subject !== undefined) terms.push(`subject=${subject}`);
  }
  const scopes = new Set(requestedScopes);
  for (const scope of grantedScopes ?? []) scopes.add(scope);
  for (const scope of scopes) terms.push(`scope=${scope}`);
  return terms;
}

/** The client an entry is about, whether through a token or as its target. */
const clientOf = ({ client, target }: AuditEntry): string | undefined =>
  client ?? (target?.kind === 'client' ? target.id : undefined);

/**
 * What a record must have to pass a filter, apart from its time: one word of each group. The groups come in the order of
 * how few records they leave, and there is always one.
 */
export function termGroups(filter: AuditFilter): readonly (readonly Term[])[] {
  const { jti, requestId, subject, client, scope, event, decision } = filter;
  const groups = [
    jti !== undefined && [`jti=${jti}`],
    requestId !== undefined && [`request=${requestId}`],
    subject !== undefined && [`self=${subject}`, `subject=${subject}`],
    client !== undefined && [`self=${client}`, `client=${client}`],
    scope !== undefined && [`scope=${scope}`],
    event !== undefined && [`event=${event}`],
    decision !== undefined && [`decision=${decision}`],
  ].filter((group) => group !== false);
  return groups.length > 0 ? groups : [EVERY_RECORD];
}

const EVERY_RECORD: readonly Term[] = ['decision=granted', 'decision=refused'];
