import { randomFill } from 'node:crypto';
import { statfsSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Reserve } from '../engine.ts';

/** How large the reserve of a database is. */
export const RESERVE_BYTES = 16 * 1024 * 1024;

/** What must be free besides before the disk counts as having room again. */
const MARGIN_BYTES = 8 * 1024 * 1024;

/**
 * How much is given back at a time: enough for any one change, and so little that whatever else fills the disk can take
 * only so much of it before the next change comes.
 */
const STEP_BYTES = 256 * 1024;

const CHUNK_BYTES = 1024 * 1024;

const fill = promisify<Uint8Array, Uint8Array>(randomFill);

/** The file that is the reserve of a database. */
export const reserveOf = (database: string): string => `${database}-reserve`;

/** What cannot be looked at, or is not there, is no reserve. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** How many bytes its disk lacks to hold a reserve of a size, and for the work to go on; 0 where it has room. */
export function missingRoom(path: string, bytes: number): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return Math.max(0, bytes - sizeOf(path)) + MARGIN_BYTES - bavail * bsize;
}

/** Gives a part of a reserve back to the disk; false when none is left, or none can be had. */
export function releaseStep(path: string): boolean {
  const left = sizeOf(path);
  try {
    if (left > STEP_BYTES) truncateSync(path, left - STEP_BYTES);
    else if (left > 0) unlinkSync(path);
    return left > 0;
  } catch {
    return false;
  }
}

async function grow(path: string, missing: number): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    for (let left = missing; left > 0; left -= CHUNK_BYTES) {
      await file.appendFile(await fill(Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES))));
    }
  } finally {
    await file.close();
  }
}

/**
 * Keeps space as a file. It holds random bytes, so that no file system makes less of it than it says. Processes that share
 * a database share its reserve. `onChange` is told whether it is whole, now and after every change.
 */
export function createReserve(
  path: string,
  bytes: number,
  onChange: (isWhole: boolean) => void,
): Reserve {
  const isWhole = (): boolean => sizeOf(path) >= bytes;
  onChange(isWhole());
  return {
    isWhole,
    release() {
      const released = releaseStep(path);
      onChange(isWhole());
      return released;
    },
    async restore() {
      if (missingRoom(path, bytes) > 0) return false;
      if (!isWhole()) await grow(path, bytes - sizeOf(path));
      onChange(isWhole());
      return true;
    },
  };
}
