import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '../../src/store/open-storage.ts';
import type { OpenStorageOptions, Store } from '../../src/store/open-storage.ts';

/** A store of its own on disk, with its schema; `close` takes its folder away too. */
export interface TemporaryStore extends Store {
  readonly path: string;
}

/** A folder of its own; `remove` takes it away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'ambit-store-'));
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Opens a database that must be fine; without a reserve, which takes time to write, unless a test asks for one. */
export async function openSound(
  path: string,
  options: Partial<OpenStorageOptions> = {},
): Promise<Store> {
  const opened = await openStorage({ url: `sqlite:${path}`, reserveBytes: 0, ...options });
  if (!opened.ok) throw new Error(opened.error.code);
  return opened.value;
}

/** Makes a new SQLite database on disk. */
export async function createTemporaryStore(): Promise<TemporaryStore> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'ambit.db');
  const store = await openSound(path);
  await store.migrate();
  return {
    ...store,
    path,
    async close() {
      await store.close();
      folder.remove();
    },
  };
}
