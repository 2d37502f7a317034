import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../../system-error.ts';
import type { Engine } from '../engine.ts';
import type { StoreProblem } from '../problem.ts';
import { faultOf } from '../unavailable.ts';
import { openSqlite } from './engine.ts';
import type { SqliteOptions } from './engine.ts';
import { examine } from './examine.ts';
import { missingRoom, releaseStep, reserveOf } from './reserve.ts';

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

/** The file that a URL names; undefined where it is no URL of SQLite's. */
export function sqliteFile(url: string): string | undefined {
  const name = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  return name === undefined ? undefined : resolve(name);
}

/** Opens a database file, or makes a new one where that may be. What is not ours, damaged or too new stays as it is. */
export async function openSqliteFile(
  path: string,
  { create, reserveBytes, records }: Omit<SqliteOptions, 'path' | 'kind'> & { create: boolean },
): Promise<Result<Engine, StoreProblem>> {
  const examined = examine(path);
  if (!examined.ok) return examined;
  const isNew = examined.value === 'new';
  if (isNew && !create) return err({ code: 'store.absent', path });
  const room = isNew ? checkRoom(path, reserveBytes) : ok(undefined);
  if (!room.ok) return room;
  const writable = ensureWritable(path, isNew);
  if (!writable.ok) return writable;
  return openEngine({ path, kind: examined.value, reserveBytes, records });
}
