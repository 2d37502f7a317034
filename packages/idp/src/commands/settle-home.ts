import { makeAdmin } from '../bootstrap/bootstrap.ts';
import type { Ambit } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import { ADMIN_FILE, keepUrl } from '../home/credentials-file.ts';
import type { Log } from '../log/log.ts';
import { saveAdmin } from './bootstrap.ts';

/** On the embedded default, makes the first administrator and keeps the address in its file true. */
export async function settleHome(
  config: Config,
  issuer: string,
  ambit: Ambit,
  log: Log,
): Promise<void> {
  if (!config.embedded) return;
  const admin = await makeAdmin(ambit.clients, ambit.bootstrap, { reset: false });
  if (admin) {
    saveAdmin(config, { url: issuer, client_id: admin.clientId, client_secret: admin.secret });
    log.info('bootstrapped', { admin: admin.clientId, file: ADMIN_FILE });
  } else if (!keepUrl(config.home, ADMIN_FILE, issuer)) {
    log.warn('the address of the server could not be written down', { file: ADMIN_FILE });
  }
}
