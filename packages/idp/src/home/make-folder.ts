import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and what is missing above it, for its owner alone (mode 0700); one that exists is left as it is.
 *
 * Step by step, since `mkdirSync(…, { recursive: true })` of Node 24 never returns where a parent exists and yet
 * takes no folders, as `/proc` does.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (!existsSync(parent)) makeFolder(parent);
  mkdirSync(path, { mode: 0o700 });
}
