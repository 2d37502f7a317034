import { SYSTEM } from '../actor.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { AuditEvent } from '../audit/events.ts';
import { createTally } from './tally.ts';
import type { Counted, Tally } from './tally.ts';

/** One call that took long. */
export interface SlowCall {
  readonly requestId: string;
  readonly event: AuditEvent;
  readonly client?: string;
  readonly durationMicros: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** What a server has decided lately. Times are milliseconds since the epoch. */
export interface ActivityReport {
  /** From when on it was watched: {@link WATCHED_MINUTES} ago, or since the server started. */
  readonly since: number;
  readonly until: number;
  /** Granted and refused decisions by event, most frequent first. */
  readonly granted: readonly Counted[];
  readonly refused: readonly Counted[];
  /** Tokens issued in each minute, the oldest first; the last one is not over yet. */
  readonly issuedByMinute: readonly number[];
  /** Why requests were refused, most frequent first. */
  readonly reasons: readonly Counted[];
  /** Which clients asked for most decisions, whatever came of them, once they had proved who they are. */
  readonly clients: readonly Counted[];
  /** The slowest calls first. */
  readonly slowest: readonly SlowCall[];
}

/** What happened in one minute, as plain data. */
export interface WatchedMinute {
  /** Minutes since the epoch. */
  readonly number: number;
  readonly issued: number;
  readonly granted: readonly (readonly [string, number])[];
  readonly refused: readonly (readonly [string, number])[];
  readonly reasons: readonly (readonly [string, number])[];
  readonly clients: readonly (readonly [string, number])[];
  readonly slowest: readonly SlowCall[];
}

/** What a process has watched, as plain data, so that several can be reported of together. */
export interface Watched {
  /** When it began to watch. */
  readonly started: number;
  readonly minutes: readonly WatchedMinute[];
}

/** Watches what a process decides, and tells of the last minutes. */
export interface Activity {
  observe(entry: AuditEntry): void;
  watched(): Watched;
}

/** How many minutes back a report goes. */
export const WATCHED_MINUTES = 15;
/** How many names a list of a report has at most. */
export const LISTED_MOST = 10;
const MINUTE_MS = 60_000;

/** Events by which a token goes out. */
const ISSUING: ReadonlySet<AuditEvent> = new Set(['token.issued', 'token.exchanged']);

/** What happened in one minute. */
interface Minute {
  /** Minutes since the epoch. */
  readonly number: number;
  issued: number;
  readonly granted: Tally;
  readonly refused: Tally;
  readonly reasons: Tally;
  readonly clients: Tally;
  slowest: readonly SlowCall[];
}

/**
 * Makes the watch of one process. It keeps counts of whole minutes and no records, in bounded memory, so that a report costs the
 * same on an idle and on a busy server; what happened is told in full by the audit log.
 */
export function createActivity({ clock }: { readonly clock: () => number }): Activity {
  const started = clock();
  let minutes: readonly Minute[] = [];

  const minuteAt = (time: number): Minute => {
    const number = Math.floor(time / MINUTE_MS);
    const newest = minutes.at(-1);
    // A clock that is set back goes on in the minute that was reached.
    if (newest && newest.number >= number) return newest;
    const minute: Minute = {
      number,
      issued: 0,
      granted: createTally(),
      refused: createTally(),
      reasons: createTally(),
      clients: createTally(),
      slowest: [],
    };
    minutes = [...minutes.filter((old) => old.number > number - WATCHED_MINUTES), minute];
    return minute;
  };

  return {
    observe(entry) {
      if (entry.event === 'refusals.counted') return; // each of them has been observed when it came
      const minute = minuteAt(clock());
      if (entry.decision === 'granted') {
        minute.granted.add(entry.event);
        if (ISSUING.has(entry.event)) minute.issued += 1;
      } else {
        minute.refused.add(entry.event);
        if (entry.reason !== undefined) minute.reasons.add(entry.reason);
      }
      const asked = whoAsked(entry);
      if (asked !== undefined) minute.clients.add(asked);
      minute.slowest = withCall(minute.slowest, entry);
    },
    watched: () => ({
      started,
      minutes: minutes.map(({ granted, refused, reasons, clients, ...rest }) => ({
        ...rest,
        granted: [...granted],
        refused: [...refused],
        reasons: [...reasons],
        clients: [...clients],
      })),
    }),
  };
}

/** The report of what one process or several have watched. */
export function reportOf(watched: readonly Watched[], until: number): ActivityReport {
  const current = Math.floor(until / MINUTE_MS);
  const started = Math.min(until, ...watched.map((one) => one.started));
  const minutes = watched
    .flatMap((one) => one.minutes)
    .filter(({ number }) => number > current - WATCHED_MINUTES);
  const most = (part: 'granted' | 'refused' | 'reasons' | 'clients'): readonly Counted[] =>
    createTally(minutes.map((minute) => minute[part])).most(LISTED_MOST);
  const first = Math.max(current - WATCHED_MINUTES + 1, Math.floor(started / MINUTE_MS));
  return {
    since: Math.max(started, first * MINUTE_MS),
    until,
    granted: most('granted'),
    refused: most('refused'),
    issuedByMinute: Array.from({ length: Math.max(0, current - first + 1) }, (_, index) =>
      minutes
        .filter(({ number }) => number === first + index)
        .reduce((sum, { issued }) => sum + issued, 0),
    ),
    reasons: most('reasons'),
    clients: most('clients'),
    slowest: slowestOf(minutes.flatMap(({ slowest }) => slowest)),
  };
}

/** The client that asked for a decision, where it has proved who it is: see `actor` of an {@link AuditEntry}. */
const whoAsked = ({ actor, reason }: AuditEntry): string | undefined =>
  actor === SYSTEM || reason === 'invalid_client' ? undefined : actor;

function withCall(slowest: readonly SlowCall[], entry: AuditEntry): readonly SlowCall[] {
  const { durationMicros, requestId, event, client, time } = entry;
  if (durationMicros === undefined) return slowest;
  const last = slowest[LISTED_MOST - 1];
  if (last !== undefined && last.durationMicros >= durationMicros) return slowest;
  const call = {
    requestId,
    event,
    durationMicros,
    time,
    ...(client === undefined ? {} : { client }),
  };
  return slowestOf([...slowest, call]);
}

const slowestOf = (calls: readonly SlowCall[]): readonly SlowCall[] =>
  calls.toSorted((a, b) => b.durationMicros - a.durationMicros).slice(0, LISTED_MOST);
