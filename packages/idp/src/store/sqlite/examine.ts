import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../../system-error.ts';
import { MIGRATIONS } from '../schema/index.ts';
import type { StoreProblem } from '../problem.ts';
import { APPLICATION_ID } from './application.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

/**
 * Looks at a database file without SQLite, which might change what it opens: it recovers journals and lays files
 * beside it.
 *
 * The header tells all there is to decide (https://sqlite.org/fileformat.html §1.3): whose file it is, its schema
 * version, and how large it must be.
 */
export function examine(path: string): Result<'new' | 'ours', StoreProblem> {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = systemErrorCode(error);
    return reason === 'ENOENT' ? ok('new') : err({ code: 'store.unreadable', path, reason });
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return err({ code: 'store.unreadable', path, reason: 'not a file' });
    if (stat.size === 0) return ok('new');
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      return err({ code: 'store.foreign', path });
    }
    if (header.readInt32BE(68) !== APPLICATION_ID) return err({ code: 'store.foreign', path });
    const found = header.readUInt32BE(60);
    const known = MIGRATIONS.length;
    if (found > known) return err({ code: 'store.too_new', path, found, known });
    const raw = header.readUInt16BE(16);
    const size = (raw === 1 ? 65_536 : raw) * header.readUInt32BE(28);
    if (stat.size + logSize(path) < size) {
      return err({ code: 'store.corrupt', path, reason: 'shorter than its header says' });
    }
    return ok('ours');
  } catch (error) {
    const reason = systemErrorCode(error);
    return err({ code: 'store.unreadable', path, reason });
  } finally {
    closeSync(file);
  }
}

/**
 * How long the write-ahead log beside a database is. What the file lacks is in it: where the disk was full, the first page was
 * carried over, which says how large the file will be, and the last ones were not.
 */
const logSize = (path: string): number =>
  statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
