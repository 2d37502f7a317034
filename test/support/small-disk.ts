import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from './server.ts';

/** A disk of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  /** Fills it to the last byte. */
  fill(): void;
  /** Fills it again and again, as a log does that nobody rotates; ends with {@link SmallDisk.free}. */
  keepFull(): void;
  /** Takes away what has filled it. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const PAUSE_MS = 2;
const CHUNKS = [1024 * 1024, 4096, 1];

/** Mounts a small file system in memory; in place of it, why that cannot be done here. */
export function mountSmallDisk(mebibytes: number): SmallDisk | string {
  const path = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    return `a small disk cannot be mounted (${String(mounted.error ?? mounted.stderr).trim()})`;
  }
  const filler = join(path, 'filler');
  let filling: Promise<void> | undefined;
  let keepOn = false;

  const fill = (): void => {
    const file = openSync(filler, 'a');
    for (const bytes of CHUNKS) while (fits(file, Buffer.alloc(bytes, 1)));
    closeSync(file);
  };
  const free = async (): Promise<void> => {
    keepOn = false;
    await filling;
    rmSync(filler, { force: true });
  };
  return {
    path,
    fill,
    keepFull() {
      keepOn = true;
      filling = (async () => {
        for (; keepOn; await setTimeout(PAUSE_MS)) fill();
      })();
    },
    free,
    async remove() {
      await free();
      spawnSync('umount', [path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function fits(file: number, chunk: Buffer): boolean {
  try {
    return writeSync(file, chunk) === chunk.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
}
