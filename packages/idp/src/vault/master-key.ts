import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../system-error.ts';
import { generateKey, KEY_BYTES } from './vault.ts';

/** Why there is no usable master key in a file or variable. */
export type MasterKeyProblem =
  | { readonly code: 'master_key.malformed'; readonly path?: string }
  | { readonly code: 'master_key.missing'; readonly path: string }
  | { readonly code: 'master_key.unreadable'; readonly path: string; readonly reason: string }
  | { readonly code: 'master_key.exposed'; readonly path: string; readonly mode: string }
  | { readonly code: 'master_key.exists'; readonly path: string }
  | { readonly code: 'master_key.unwritable'; readonly path: string; readonly reason: string };

const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;
const BASE64URL = /^[A-Za-z0-9_-]{43}=?$/;
const FILE_MOST_BYTES = 256;

/** Decodes a master key: exactly 32 bytes, in base64 or base64url, white space around it allowed. */
export function decodeMasterKey(text: string): Result<Uint8Array, MasterKeyProblem> {
  const trimmed = text.trim();
  if (!BASE64.test(trimmed) && !BASE64URL.test(trimmed)) {
    return err({ code: 'master_key.malformed' });
  }
  const key = Buffer.from(trimmed, 'base64');
  return key.length === KEY_BYTES ? ok(key) : err({ code: 'master_key.malformed' });
}

/**
 * Whether others than who runs the server may read a file, or change it. A file of root's may be read by a group beside: so
 * Kubernetes and systemd hand a secret to one who is not root, and to nobody else.
 */
export const isExposed = (
  { mode, uid }: { readonly mode: number; readonly uid: number },
  self: number | undefined,
): boolean => (mode & (uid === 0 && self !== 0 ? 0o037 : 0o077)) !== 0;

/**
 * Loads the master key from a file that nobody but its owner can read.
 *
 * Mode and content are taken from the one opened file, so that it cannot be swapped in between.
 */
export function loadMasterKeyFile(path: string): Result<Uint8Array, MasterKeyProblem> {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const reason = systemErrorCode(error);
    return err(
      reason === 'ENOENT' || reason === 'ENOTDIR'
        ? { code: 'master_key.missing', path }
        : { code: 'master_key.unreadable', path, reason },
    );
  }
  try {
    const { mode, uid } = fstatSync(file);
    if (isExposed({ mode, uid }, process.getuid?.())) {
      return err({ code: 'master_key.exposed', path, mode: (mode & 0o777).toString(8) });
    }
    const buffer = Buffer.alloc(FILE_MOST_BYTES);
    const length = readSync(file, buffer);
    const decoded = decodeMasterKey(buffer.toString('latin1', 0, length));
    return decoded.ok ? decoded : err({ ...decoded.error, path });
  } catch (error) {
    return err({ code: 'master_key.unreadable', path, reason: systemErrorCode(error) });
  } finally {
    closeSync(file);
  }
}

/** Makes a new master key and its file, mode 0600; an existing file is never overwritten. */
export function generateMasterKeyFile(path: string): Result<Uint8Array, MasterKeyProblem> {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const reason = systemErrorCode(error);
    return err(
      reason === 'EEXIST'
        ? { code: 'master_key.exists', path }
        : { code: 'master_key.unwritable', path, reason },
    );
  }
  try {
    const key = generateKey();
    writeSync(file, `${Buffer.from(key).toString('base64')}\n`);
    fsyncSync(file);
    return ok(key);
  } catch (error) {
    return err({ code: 'master_key.unwritable', path, reason: systemErrorCode(error) });
  } finally {
    closeSync(file);
  }
}
