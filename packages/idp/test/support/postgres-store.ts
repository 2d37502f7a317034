import { randomBytes } from 'node:crypto';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { openStorage } from '../../src/store/open-storage.ts';
import type { OpenStorageOptions, Store } from '../../src/store/open-storage.ts';

/** Opens a database that must be fine. */
export async function openSoundUrl(
  url: string,
  options: Partial<OpenStorageOptions> = {},
): Promise<Store> {
  const opened = await openStorage({ url, ...options });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

/** The URL of a new, empty schema of a database, which stands for a database of its own at a fraction of the time. */
export async function newSchema(database: TestDatabase): Promise<string> {
  const name = `s_${randomBytes(6).toString('hex')}`;
  await database.run(`create schema ${name}`);
  const url = new URL(database.url);
  url.searchParams.set('options', `-c search_path=${name}`);
  return url.href;
}

/** A new store with its schema. */
export async function openSchema(database: TestDatabase): Promise<Store> {
  const store = await openSoundUrl(await newSchema(database));
  await store.migrate();
  return store;
}
