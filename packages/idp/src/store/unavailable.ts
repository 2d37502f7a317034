import { STORE_UNAVAILABLE } from '../storage.ts';
import type { Ports } from '../storage.ts';

/**
 * Says that the store cannot do its work for the moment: full, locked by somebody else, gone. Nothing was half done.
 */
export class StoreUnavailable extends Error {
  readonly code = STORE_UNAVAILABLE;
  override readonly name = 'StoreUnavailable';
}

/** What SQLite says when the fault is the machine's and not ours. */
const PASSING = /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|CORRUPT|PROTOCOL)/;

/**
 * The error to pass on: {@link StoreUnavailable} in place of what an engine says of the machine, any other as it is.
 */
export function translateFault(error: unknown): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  return typeof code === 'string' && PASSING.test(code)
    ? new StoreUnavailable(`the store cannot be used (${code}: ${message ?? ''})`, { cause: error })
    : error;
}

type Method = (...values: never[]) => Promise<unknown>;

/** The same ports, whose methods reject with {@link StoreUnavailable} where the machine is at fault. */
export const translateFaults = (ports: Ports): Ports =>
  mapMembers<object>(ports, (port) =>
    mapMembers<Method>(port, (method) => async (...values: never[]) => {
      try {
        return await method(...values);
      } catch (error) {
        throw translateFault(error);
      }
    }),
  ) as unknown as Ports;

const mapMembers = <T>(object: object, map: (member: T) => unknown): object =>
  Object.fromEntries(Object.entries(object).map(([name, member]) => [name, map(member as T)]));
