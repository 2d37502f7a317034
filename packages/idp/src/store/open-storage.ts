import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Storage } from '../storage.ts';
import { systemErrorCode } from '../system-error.ts';
import type { Engine } from './engine.ts';
import type { StoreProblem } from './problem.ts';
import { MIGRATIONS } from './schema/index.ts';
import { openSqlite } from './sqlite/engine.ts';
import { examine } from './sqlite/examine.ts';
import { createStorage } from './storage.ts';

/** An open database. */
export interface Store {
  readonly storage: Storage;
  readonly examiner: LogExaminer;
  /** Brings the schema up to this release's; does nothing when it is. */
  migrate(): Promise<void>;
  /** How many migrations the database has had; 0 for a new one. */
  schemaVersion(): Promise<number>;
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

/**
 * Opens the database of an installation, or makes a new empty one.
 *
 * A file that is not ours, is damaged, or comes from a newer release is refused and left exactly as it is.
 */
export async function openStorage({
  url,
  create = true,
}: {
  readonly url: string;
  /** Whether a new database is made where none is; refused otherwise, and no file is made. */
  readonly create?: boolean;
}): Promise<Result<Store, StoreProblem>> {
  const name = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (name === undefined) return err({ code: 'store.url_malformed' });
  const path = resolve(name);
  const examined = examine(path);
  if (!examined.ok) return examined;
  if (examined.value === 'new' && !create) return err({ code: 'store.absent', path });
  const writable = ensureWritable(path, examined.value === 'new');
  if (!writable.ok) return writable;
  let engine: Engine;
  try {
    engine = await openSqlite(path, examined.value);
  } catch (error) {
    const problem = decodeSqliteError(error, path);
    if (problem === undefined) throw error;
    return err(problem);
  }
  const found = await engine.schemaVersion();
  if (found > SCHEMA_VERSION) {
    await engine.close();
    return err({ code: 'store.too_new', path, found, known: SCHEMA_VERSION });
  }
  return ok({
    storage: createStorage(engine),
    examiner: engine.examiner,
    migrate: () => engine.migrate(),
    schemaVersion: () => engine.schemaVersion(),
    close: () => engine.close(),
  });
}
