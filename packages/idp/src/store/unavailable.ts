import type { StallCause } from '../audit/stall.ts';
import { STORE_UNAVAILABLE } from '../storage.ts';
import type { Ports } from '../storage.ts';
import { isCut } from './postgres/faults.ts';

/**
 * Says that the store cannot do its work for the moment: full, locked by somebody else, gone. Nothing was half done.
 */
export class StoreUnavailable extends Error {
  readonly code = STORE_UNAVAILABLE;
  override readonly name: string = 'StoreUnavailable';
}

/**
 * Says that the store was lost in the middle of a write that must not be made twice: nobody knows whether it was made.
 */
export class WriteInDoubt extends StoreUnavailable {
  override readonly name = 'WriteInDoubt';
}

/**
 * Says that nothing can be appended to the audit log, whatever the record: a part of the log is missing, or something stands in
 * the way. Somebody has been at the database.
 */
export class LogDamaged extends Error {
  readonly code = 'LOG_DAMAGED';
  override readonly name = 'LogDamaged';
}

/** What SQLite and PostgreSQL say where a table or a column is missing, a trigger or a constraint refuses, or a right is. */
const OF_THE_LOG =
  /^(?:SQLITE_(?:ERROR|CONSTRAINT|MISMATCH|SCHEMA)(?:_\w+)?|(?:23|42)[0-9A-Z]{3}|P0001)$/;

/** What SQLite and PostgreSQL say when the fault is the machine's and not ours, and what it comes to. */
const FAULTS: readonly (readonly [RegExp, StallCause])[] = [
  // A quota or a limit of the file's size is no FULL to SQLite, but a write that fails.
  [/^SQLITE_(?:FULL|IOERR_WRITE|IOERR_SHMSIZE)$/, 'full'],
  // What the system says when the reserve is made.
  [/^(?:ENOSPC|EDQUOT)$/, 'full'],
  [/^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/, 'locked'],
  [/^SQLITE_(?:IOERR|READONLY|CANTOPEN|NOMEM|CORRUPT)/, 'failing'],
  [/^LOG_DAMAGED$/, 'failing'],
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  [/^53100$/, 'full'],
  [/^(?:40001|40P01|55P03)$/, 'locked'],
  [/^(?:53...|57...|58...|XX00[12])$/, 'failing'],
  // The login, the database or a right was taken away, or the database takes no connections (classes 28 and 55, 3D000, 42501).
  [/^(?:28...|3D000|42501|55000)$/, 'failing'],
];

/** Which fault of the machine an error of an engine tells of; undefined where the fault is ours. */
export function faultOf(error: unknown): StallCause | undefined {
  const { code } = error as { readonly code?: unknown };
  const known =
    typeof code === 'string' ? FAULTS.find(([pattern]) => pattern.test(code))?.[1] : undefined;
  return known ?? (isCut(error) ? 'failing' : undefined);
}

/** The error to pass on of an append that failed: {@link LogDamaged} where the log is to blame and not the record. */
export const appendFault = (error: unknown): unknown =>
  faultOf(error) === undefined && OF_THE_LOG.test(String((error as { code?: unknown }).code))
    ? new LogDamaged('the audit log does not take records', { cause: error })
    : error;

/** Whether an error tells of a fault of the machine, which may be over in a moment. */
export const isPassing = (error: unknown): boolean =>
  error instanceof StoreUnavailable || faultOf(error) !== undefined;

/** What an error says, after its code; where it is an engine's, without the statement that the library puts before it. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const told = String(message ?? '');
  if (typeof code !== 'string') return told || String(error);
  const plain = /^(?:SQLITE_|[0-9A-Z]{5}$)/.test(code) ? told.replace(/^.* - /s, '') : told;
  return [code, plain].filter(Boolean).join(': ');
}

/**
 * The error to pass on: {@link StoreUnavailable} in place of what an engine says of the machine, any other as it is.
 */
export function translateFault(error: unknown): unknown {
  if (faultOf(error) === undefined) return error;
  return new StoreUnavailable(`the store cannot be used (${reasonOf(error)})`, { cause: error });
}

/** What work comes to, or rejects with where the machine is at fault: {@link StoreUnavailable}. */
export async function translating<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translateFault(error);
  }
}

type Method = (...values: never[]) => Promise<unknown>;

/** The same ports, whose methods reject with {@link StoreUnavailable} where the machine is at fault. */
export const translateFaults = (ports: Ports): Ports =>
  mapMembers<object>(ports, (port) =>
    mapMembers<Method>(
      port,
      (method) =>
        (...values: never[]) =>
          translating(method(...values)),
    ),
  ) as unknown as Ports;

const mapMembers = <T>(object: object, map: (member: T) => unknown): object =>
  Object.fromEntries(Object.entries(object).map(([name, member]) => [name, map(member as T)]));
