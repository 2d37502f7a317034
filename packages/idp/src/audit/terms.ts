import { SYSTEM } from '../actor.ts';
import { AUDIT_EVENTS } from './events.ts';
import type { AuditEvent } from './events.ts';
import type { AuditFilter } from './ports.ts';
import type { AuditDecision, AuditEntry } from './record.ts';

/**
 * What a record is found by: words of the form `client=deploy-bot`. The index holds each with the time of its record, so
 * that every filter gives its records in the order of time.
 */
export type Term = string;

/** A name as it stands in a word: U+0000, which strangers may claim and PostgreSQL cannot hold, is U+FFFD there. */
export const asWord = (name: string): string =>
  name.includes('\0') ? name.replaceAll('\0', '\ufffd') : name;

/** What a word says of its record, before the `=`. */
export const TERM_KINDS = [
  'client',
  'event',
  'issuance',
  'jti',
  'request',
  'scope',
  'self',
  'subject',
] as const;
/** One of {@link TERM_KINDS}. */
export type TermKind = (typeof TERM_KINDS)[number];

/** What an event came to, as one word: `token.refused/refused`. */
const eventWord = (event: AuditEvent, decision: AuditDecision): string => `${event}/${decision}`;

/** The words of an entry. */
export function termsOf(entry: AuditEntry): readonly Term[] {
  const terms: Term[] = [];
  forEachTerm(entry, (kind, value) => {
    terms.push(`${kind}=${value}`);
  });
  return terms;
}

/**
 * Gives the words of an entry one after the other, in two parts each: whoever reads a whole log need not put them together.
 *
 * A client that is the subject of its own token has one word for both, and so have a token and the request that issued it, which
 * share an id, and an event and what it came to: each word costs every token a few microseconds. A record about one client by
 * another has a word for each.
 */
export function forEachTerm(
  entry: AuditEntry,
  take: (kind: TermKind, value: string) => void,
): void {
  const { event, decision, requestId, jti, subject, requestedScopes, grantedScopes } = entry;
  const client = clientOf(entry);
  const actor = actorOf(entry);
  take('event', eventWord(event, decision));
  if (jti === requestId) {
    take('issuance', jti);
  } else {
    take('request', requestId);
    if (jti !== undefined) take('jti', jti);
  }
  if (client !== undefined && client === subject) {
    take('self', asWord(client));
  } else {
    if (client !== undefined) take('client', asWord(client));
    if (subject !== undefined) take('subject', asWord(subject));
  }
  if (actor !== undefined && actor !== client) take('client', asWord(actor));
  const scopes = new Set(requestedScopes);
  for (const scope of grantedScopes ?? []) scopes.add(scope);
  for (const scope of scopes) take('scope', asWord(scope));
}

/** The client an entry is about, whether through a token or as its target. */
const clientOf = ({ client, target }: AuditEntry): string | undefined =>
  client ?? (target?.kind === 'client' ? target.id : undefined);

/**
 * The client that did what an entry tells of: not the server itself, nor somebody who only claimed to be a client. That a resource
 * server asks about a live token is no deed of its own: most of what is recorded would have a word more.
 */
function actorOf({ actor, event, decision, reason }: AuditEntry): string | undefined {
  const isLookUp = event === 'token.introspected' && decision === 'granted';
  return actor === SYSTEM || isLookUp || reason === 'invalid_client' ? undefined : actor;
}

/**
 * What a record must have to pass a filter, apart from its time: one word of each group. The groups come in the order of
 * how few records they usually leave.
 */
export function termGroups(filter: AuditFilter): readonly (readonly Term[])[] {
  const { jti, requestId, subject, client, scope, event, decision } = filter;
  const groups = [
    jti !== undefined && [`issuance=${jti}`, `jti=${jti}`],
    requestId !== undefined && [`issuance=${requestId}`, `request=${requestId}`],
    subject !== undefined && [`self=${subject}`, `subject=${subject}`],
    client !== undefined && [`self=${client}`, `client=${client}`],
    scope !== undefined && [`scope=${scope}`],
    (event !== undefined || decision !== undefined) && eventWords(event, decision),
  ];
  return groups.filter((group) => group !== false);
}

/** A group that every record passes. */
export const everyRecord = (): readonly Term[] => eventWords();

/** INVARIANT: an event that was ever written stays among those that are known, or its records would not be found. */
const eventWords = (event?: AuditEvent, decision?: AuditDecision): readonly Term[] =>
  (event === undefined ? EVENTS : [event]).flatMap((happened) =>
    (decision === undefined ? DECISIONS : [decision]).map(
      (outcome) => `event=${eventWord(happened, outcome)}`,
    ),
  );

const EVENTS = Object.keys(AUDIT_EVENTS) as AuditEvent[];
const DECISIONS: readonly AuditDecision[] = ['granted', 'refused'];
