import { statSync } from 'node:fs';
import type { ListenAddress } from '../config/address.ts';
import type { Config } from '../config/config.ts';
import { bind } from '../web/listener.ts';
import type { BoundPort, TlsMaterial } from '../web/listener.ts';
import { CommandFailed } from './failure.ts';
import { readPem } from './read-pem.ts';

/** How long requests in flight may take once the server was told to stop. */
export const GRACE_MS = 10_000;

/** Reads the certificates of the main listener, where it has any. */
export function readTls({ tls }: Config): TlsMaterial | undefined {
  if (!tls) return undefined;
  if (isWorldReadable(tls.keyFile)) {
    throw new CommandFailed({
      message: `AMBIT_TLS_KEY_FILE: \`${tls.keyFile}\` can be read by everybody on this machine`,
      hint: `chmod o-rwx ${tls.keyFile}`,
    });
  }
  return {
    cert: readPem('AMBIT_TLS_CERT_FILE', tls.certFile),
    key: readPem('AMBIT_TLS_KEY_FILE', tls.keyFile),
    ...(tls.clientCaFile === undefined
      ? {}
      : { clientCa: readPem('AMBIT_TLS_CLIENT_CA_FILE', tls.clientCaFile) }),
  };
}

const isWorldReadable = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;

/** Binds an address, which came from a variable; what is in the way is one line for the operator. */
export async function bindOrFail(
  address: ListenAddress,
  variable: string,
  tls?: TlsMaterial,
): Promise<BoundPort> {
  const bound = await bind(address, tls);
  if (bound.ok) return bound.value;
  const { error } = bound;
  switch (error.code) {
    case 'listen.in_use':
      throw new CommandFailed({
        message: `${error.address} is in use by another process`,
        hint: `stop it, or set \`${variable}\` to another port`,
      });
    case 'listen.refused':
      throw new CommandFailed({
        message: `${error.address} cannot be listened on (${error.cause})`,
        hint: `set \`${variable}\` to an address of this machine and a port this user may use`,
      });
    case 'listen.bad_tls':
      throw new CommandFailed({
        message: `the TLS certificate or key is not usable (${error.cause})`,
        hint: 'check `AMBIT_TLS_CERT_FILE`, `AMBIT_TLS_KEY_FILE` and `AMBIT_TLS_CLIENT_CA_FILE`',
      });
  }
}
