import type { Config } from '../config/config.ts';
import { SCHEMA_VERSION } from '../store/open-storage.ts';
import { openStore } from './open-house.ts';

/** Brings the database to the schema of this release; done again it changes nothing. */
export async function migrateCommand(config: Config): Promise<void> {
  const store = await openStore(config, { migrate: true });
  await store.close();
  process.stderr.write(`ambit-idp: the database has schema ${SCHEMA_VERSION}\n`);
}
