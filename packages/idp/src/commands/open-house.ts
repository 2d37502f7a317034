import { present } from '@ambit/scope-catalog';
import type { Config } from '../config/config.ts';
import { makeFolder } from '../home/make-folder.ts';
import { describeStoreProblem } from '../store/problem.ts';
import { openStorage, SCHEMA_VERSION } from '../store/open-storage.ts';
import type { Store } from '../store/open-storage.ts';
import type { StoreObserver } from '../store/observer.ts';
import { decodeMasterKey, generateMasterKeyFile, loadMasterKeyFile } from '../vault/master-key.ts';
import { describeVaultProblem } from '../vault/problem.ts';
import { unlockVault } from '../vault/unlock-vault.ts';
import type { Vault } from '../vault/vault.ts';
import { CommandFailed } from './failure.ts';

/** An open store with the vault that belongs to it. */
export interface House {
  readonly store: Store;
  readonly vault: Vault;
}

/** What opening may do that changes the store. */
export interface OpenOptions {
  /** Bring the schema up to date, an empty store included. */
  readonly migrate: boolean;
  /** Is told how the store is doing from then on. */
  readonly observer?: StoreObserver;
  /** Whether this process is one of several that answer from the store. */
  readonly oneOfSeveral?: boolean;
}

/**
 * Opens the store and unlocks its vault; everything that is in the way is one line for the operator, and changes
 * nothing.
 */
export async function openHouse(
  config: Config,
  options: OpenOptions,
  clock: () => number,
): Promise<House> {
  const masterKey = readMasterKey(config);
  const store = await openStore(config, options);
  try {
    const vault = await openVault(config, store, masterKey, clock);
    return { store, vault };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function prepareHome({ home, embedded }: Config): void {
  if (!embedded) return;
  try {
    makeFolder(home);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed({
      message: `the folder \`${home}\` cannot be made (${code ?? String(error)})`,
      hint: 'let the user who runs the server write there, or set `AMBIT_HOME` to another folder',
    });
  }
}

/**
 * Opens the store of the configuration, whose schema is then this release's; where none is and none may be made,
 * nothing is left behind.
 */
export async function openStore(
  config: Config,
  { migrate, observer, oneOfSeveral = false }: OpenOptions,
): Promise<Store> {
  if (migrate) prepareHome(config);
  const opened = await openStorage({
    url: config.databaseUrl,
    create: migrate,
    syncRecords: config.auditSync,
    // Any number of servers may share a database that is a server itself.
    holdClaims: !oneOfSeveral && config.databaseUrl.startsWith('sqlite:'),
    connections: config.database.connections,
    statementTimeoutMs: config.database.timeoutSeconds * 1000,
    ...present({ observer }),
  });
  if (!opened.ok) throw new CommandFailed(describeStoreProblem(opened.error));
  const store = opened.value;
  const version = await store.schemaVersion();
  if (version < SCHEMA_VERSION) {
    if (!migrate) {
      await store.close();
      throw new CommandFailed(
        version === 0
          ? { message: 'the database is empty', hint: 'run `ambit-idp bootstrap` first' }
          : {
              message: `the database has schema ${version}, this release needs ${SCHEMA_VERSION}`,
              hint: 'run `ambit-idp migrate` first',
            },
      );
    }
    await store.migrate().catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  }
  return store;
}

async function openVault(
  config: Config,
  store: Store,
  masterKey: Uint8Array | undefined,
  clock: () => number,
): Promise<Vault> {
  const unlockWith = (key: Uint8Array | undefined): ReturnType<typeof unlockVault> =>
    unlockVault({
      storage: store.storage,
      clock,
      masterKey: key,
      ...(config.embedded && !config.masterKeyFileGiven
        ? { generate: () => generateMasterKeyFile(config.masterKeyFile) }
        : {}),
    });
  let unlocked = await unlockWith(masterKey);
  if (!unlocked.ok && unlocked.error.code === 'vault.key_lost') {
    unlocked = await unlockWith(readMasterKey(config)); // another process may have made it meanwhile
  }
  if (!unlocked.ok) throw new CommandFailed(describeVaultProblem(unlocked.error));
  return unlocked.value;
}

/** The master key as it is given; undefined where there is none and none was named. */
export function readMasterKey({
  masterKey,
  masterKeyFile,
  masterKeyFileGiven,
}: Config): Uint8Array | undefined {
  const loaded =
    masterKey === undefined ? loadMasterKeyFile(masterKeyFile) : decodeMasterKey(masterKey);
  if (loaded.ok) return loaded.value;
  if (loaded.error.code === 'master_key.missing' && !masterKeyFileGiven) return undefined;
  throw new CommandFailed(describeVaultProblem(loaded.error));
}
