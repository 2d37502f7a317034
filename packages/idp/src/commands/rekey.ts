import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import type { Result } from '@ambit/scope-catalog';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/open-storage.ts';
import { generateMasterKeyFile, loadMasterKeyFile } from '../vault/master-key.ts';
import type { MasterKeyProblem } from '../vault/master-key.ts';
import { describeVaultProblem } from '../vault/problem.ts';
import { rekey } from '../vault/rekey.ts';
import { unlockVault } from '../vault/unlock-vault.ts';
import { CommandFailed } from './failure.ts';
import { openStore, readMasterKey } from './open-house.ts';

const staged = (path: string): string => `${path}.new`;
const kept = (path: string): string => `${path}.old`;

/**
 * Changes the master key; client secrets and signing keys live on.
 *
 * The new key is in its file before the store is sealed under it, and the old one is kept beside it, so that a crash
 * at any moment leaves both: the command can then simply be run again. With `newKeyFile` the operator keeps the
 * files.
 */
export async function rekeyCommand(config: Config, newKeyFile: string | undefined): Promise<void> {
  if (newKeyFile === undefined && config.masterKey !== undefined) {
    throw new CommandFailed({
      message:
        'the master key comes from AMBIT_MASTER_KEY, so there is no file to put a new one into',
      hint: 'write the new key to a file of mode 0600 and name it with `--new-key-file`',
    });
  }
  const store = await openStore(config, { migrate: false });
  try {
    const newMasterKey = orFail(
      newKeyFile === undefined ? stageKey(config) : loadMasterKeyFile(newKeyFile),
    );
    if (!(await isSealedUnder(newMasterKey, store))) await seal(config, store, newMasterKey);
    if (newKeyFile === undefined) swapFiles(config.masterKeyFile);
  } finally {
    await store.close();
  }
  const where =
    newKeyFile === undefined
      ? `\`${config.masterKeyFile}\`; the old one is \`${kept(config.masterKeyFile)}\``
      : `\`${newKeyFile}\`: let AMBIT_MASTER_KEY_FILE name it`;
  process.stderr.write(`ambit-idp: the new master key is in ${where}; start the servers again\n`);
}

/** The new key in its file: a fresh one, or the one that an interrupted run has left. */
const stageKey = ({ masterKeyFile }: Config): Result<Uint8Array, MasterKeyProblem> =>
  existsSync(staged(masterKeyFile))
    ? loadMasterKeyFile(staged(masterKeyFile))
    : generateMasterKeyFile(staged(masterKeyFile));

async function isSealedUnder(masterKey: Uint8Array, { storage }: Store): Promise<boolean> {
  if ((await storage.read.vault.find()) === undefined) return false;
  return (await unlockVault({ storage, clock: Date.now, masterKey })).ok;
}

async function seal(config: Config, { storage }: Store, newMasterKey: Uint8Array): Promise<void> {
  const oldMasterKey = readMasterKey(config);
  if (!oldMasterKey) {
    throw new CommandFailed(
      describeVaultProblem({ code: 'master_key.missing', path: config.masterKeyFile }),
    );
  }
  const done = await rekey({
    storage,
    oldMasterKey,
    newMasterKey,
    clock: Date.now,
    newId: randomUUID,
  });
  orFail(done);
}

function swapFiles(masterKeyFile: string): void {
  if (!existsSync(staged(masterKeyFile))) return;
  if (existsSync(masterKeyFile)) renameSync(masterKeyFile, kept(masterKeyFile));
  renameSync(staged(masterKeyFile), masterKeyFile);
}

function orFail<T>(result: Result<T, Parameters<typeof describeVaultProblem>[0]>): T {
  if (result.ok) return result.value;
  throw new CommandFailed(describeVaultProblem(result.error));
}
