import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Commit } from '../metrics/ports.ts';
import type { Storage } from '../storage.ts';
import { systemErrorCode } from '../system-error.ts';
import type { Engine } from './engine.ts';
import type { StoreObserver } from './observer.ts';
import type { StoreProblem } from './problem.ts';
import { MIGRATIONS } from './schema/index.ts';
import { openSqlite } from './sqlite/engine.ts';
import type { SqliteOptions } from './sqlite/engine.ts';
import { examine } from './sqlite/examine.ts';
import { missingRoom, releaseStep, RESERVE_BYTES, reserveOf } from './sqlite/reserve.ts';
import { createStorage } from './storage.ts';
import type { StorageOptions } from './storage.ts';
import { faultOf, translating } from './unavailable.ts';

/** An open database. */
export interface Store {
  readonly storage: Storage;
  readonly examiner: LogExaminer;
  /** Brings the schema up to this release's; does nothing when it is. */
  migrate(): Promise<void>;
  /** How many migrations the database has had; 0 for a new one. */
  schemaVersion(): Promise<number>;
  /** Tells of every commit from now on. */
  observe(observer: (commit: Commit) => void): void;
  /** Closes once the work in flight is done. */
  close(): Promise<void>;
}

/** The schema version of this release. */
export const SCHEMA_VERSION = MIGRATIONS.length;

function ensureWritable(path: string, isNew: boolean): Result<void, StoreProblem> {
  try {
    if (isNew) closeSync(openSync(path, 'a', 0o600));
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.W_OK); // SQLite keeps its log beside the file
    return ok(undefined);
  } catch (error) {
    const reason = systemErrorCode(error);
    return err({ code: 'store.unwritable', path, reason });
  }
}

/** Whether a new database has the room it wants; a folder that is not there is told of elsewhere. */
function checkRoom(path: string, reserveBytes: number): Result<void, StoreProblem> {
  if (reserveBytes === 0 || !existsSync(dirname(path))) return ok(undefined);
  const missingBytes = missingRoom(reserveOf(path), reserveBytes);
  return missingBytes > 0 ? err({ code: 'store.no_room', path, missingBytes }) : ok(undefined);
}

function decodeSqliteError(error: unknown, path: string): StoreProblem | undefined {
  const { code, message } = error as { readonly code?: unknown; readonly message: string };
  if (typeof code !== 'string') return undefined;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return { code: 'store.corrupt', path, reason: message };
  }
  if (code.startsWith('SQLITE_BUSY')) return { code: 'store.busy', path };
  if (/^SQLITE_(CANTOPEN|READONLY|IOERR|PERM|FULL)/.test(code)) {
    return { code: 'store.unwritable', path, reason: code };
  }
  return undefined;
}

/** Opens what may be opened; on a full disk with the space that is kept for it. */
async function openEngine(options: SqliteOptions): Promise<Result<Engine, StoreProblem>> {
  for (;;) {
    try {
      return ok(await openSqlite(options));
    } catch (error) {
      if (faultOf(error) === 'full' && releaseStep(reserveOf(options.path))) continue;
      const problem = decodeSqliteError(error, options.path);
      if (problem === undefined) throw error;
      return err(problem);
    }
  }
}

/** How a database is opened. */
export interface OpenStorageOptions {
  readonly url: string;
  /** Whether a new database is made where none is; refused otherwise, and no file is made. */
  readonly create?: boolean;
  readonly clock?: () => number;
  readonly observer?: StoreObserver;
  /** How much space is kept for changes that take power away; 0 for none. */
  readonly reserveBytes?: number;
  readonly holdClaims?: NonNullable<StorageOptions['holdClaims']> | undefined;
  /** Whether audit records are on the disk, and not only with the operating system, before they count as written. */
  readonly syncRecords?: boolean;
}

/**
 * Opens the database of an installation, or makes a new empty one.
 *
 * A file that is not ours, is damaged, or comes from a newer release is refused and left exactly as it is.
 */
export async function openStorage({
  url,
  create = true,
  clock = Date.now,
  observer = {},
  reserveBytes = RESERVE_BYTES,
  holdClaims,
  syncRecords = false,
}: OpenStorageOptions): Promise<Result<Store, StoreProblem>> {
  const name = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (name === undefined) return err({ code: 'store.url_malformed' });
  const path = resolve(name);
  const examined = examine(path);
  if (!examined.ok) return examined;
  const isNew = examined.value === 'new';
  if (isNew && !create) return err({ code: 'store.absent', path });
  const room = isNew ? checkRoom(path, reserveBytes) : ok(undefined);
  if (!room.ok) return room;
  const writable = ensureWritable(path, isNew);
  if (!writable.ok) return writable;
  const opened = await openEngine({
    path,
    kind: examined.value,
    reserveBytes,
    records: syncRecords ? 'full' : 'normal',
  });
  if (!opened.ok) return opened;
  const engine = opened.value;
  const found = await engine.schemaVersion();
  if (found > SCHEMA_VERSION) {
    await engine.close();
    return err({ code: 'store.too_new', path, found, known: SCHEMA_VERSION });
  }
  await engine.reserve?.restore();
  return ok({
    storage: createStorage(engine, { clock, observer, ...present({ holdClaims }) }),
    examiner: engine.examiner,
    migrate: () => translating(engine.migrate()),
    schemaVersion: () => engine.schemaVersion(),
    observe: (next) => {
      engine.observe(next);
    },
    close: () => engine.close(),
  });
}
