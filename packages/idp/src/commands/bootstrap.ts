import { makeAdmin } from '../bootstrap/bootstrap.ts';
import type { Config } from '../config/config.ts';
import { ADMIN_FILE, writeCredentials } from '../home/credentials-file.ts';
import type { Credentials } from '../home/credentials-file.ts';
import { makeFolder } from '../home/make-folder.ts';
import { createLog } from '../log/log.ts';
import { systemErrorCode } from '../system-error.ts';
import { composeHouse } from './compose-house.ts';
import { CommandFailed } from './failure.ts';
import { issuerOf } from './issuer.ts';
import { openHouse } from './open-house.ts';

/**
 * Lays out an installation: schema, signing keys, the empty catalog, the first administrator. Done again it changes
 * nothing; with `resetAdmin` it makes one more administrator.
 */
export async function bootstrapCommand(
  config: Config,
  { resetAdmin, json }: { readonly resetAdmin: boolean; readonly json: boolean },
): Promise<void> {
  const clock = Date.now;
  const { store, vault } = await openHouse(config, { migrate: true }, clock);
  try {
    const issuer = issuerOf(config, config.listen.port);
    const log = createLog(config.logLevel, process.stderr);
    const { storage, examiner } = store;
    const ambit = await composeHouse({ config, issuer, storage, examiner, vault, log, clock });
    const admin = await makeAdmin(ambit.clients, ambit.bootstrap, { reset: resetAdmin });
    if (!admin) {
      process.stderr.write(
        'ambit-idp: the installation has an administrator already; `--reset-admin` makes a new one\n',
      );
      return;
    }
    const credentials = { url: issuer, client_id: admin.clientId, client_secret: admin.secret };
    saveAdmin(config, credentials);
    if (json) process.stdout.write(`${JSON.stringify(credentials)}\n`);
  } finally {
    await store.close();
  }
}

/** Writes the administrator's credentials where `ambit` looks for them. */
export function saveAdmin({ home }: Config, credentials: Credentials): void {
  try {
    makeFolder(home);
    writeCredentials(home, ADMIN_FILE, credentials);
  } catch (error) {
    throw new CommandFailed({
      message: `the administrator \`${credentials.client_id}\` was made, but \`${ADMIN_FILE}\` cannot be written to \`${home}\` (${systemErrorCode(error)})`,
      hint: 'make the folder writable and run `ambit-idp bootstrap --reset-admin`',
    });
  }
}
