import { statSync } from 'node:fs';
import { makeAdmin } from '../bootstrap/bootstrap.ts';
import type { Ambit } from '../compose.ts';
import type { ListenAddress } from '../config/address.ts';
import type { Config } from '../config/config.ts';
import { ADMIN_FILE, keepUrl } from '../home/credentials-file.ts';
import { createLog } from '../log/log.ts';
import type { Log } from '../log/log.ts';
import type { StoreObserver } from '../store/observer.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { SERVER_VERSION } from '../version.ts';
import { bind } from '../web/listener.ts';
import type { BoundPort, Listener, TlsMaterial } from '../web/listener.ts';
import { saveAdmin } from './bootstrap.ts';
import { composeHouse } from './compose-house.ts';
import { layOutDemo } from './demo.ts';
import { CommandFailed } from './failure.ts';
import { readFederationCa } from './federation-ca.ts';
import { issuerOf } from './issuer.ts';
import { readPem } from './read-pem.ts';
import { openHouse } from './open-house.ts';

/** How long requests in flight may take once the server was told to stop. */
const GRACE_MS = 10_000;
/** How often the house is looked after: keys that are due, and what no token depends on any more. */
const HOUSEKEEPING_MS = 30_000;
/** How often it is looked whether another server has changed anything, besides hearing of it. */
const LOOK_MS = 1_000;

/**
 * Runs the provider until it is told to stop by SIGTERM or SIGINT; requests in flight are finished first.
 *
 * The port is bound before anything is opened or written, so that a second server on the same port leaves no trace.
 */
export async function serve(config: Config, { demo }: { readonly demo: boolean }): Promise<void> {
  const log = createLog(config.logLevel, process.stdout);
  const tls = readTls(config);
  const federationCa = readFederationCa(config);
  const bound = await bindOrFail(config.listen, 'AMBIT_LISTEN', tls);
  const management =
    config.managementListen &&
    (await bindOrFail(config.managementListen, 'AMBIT_MANAGEMENT_LISTEN'));
  const issuer = issuerOf(config, bound.port);

  const { store, vault } = await openHouse(
    config,
    { migrate: config.embedded, observer: tellOfStalls(log) },
    Date.now,
  );
  const tracing = config.tracing
    ? await startTracing({ log, serverVersion: SERVER_VERSION })
    : undefined;
  const ambit = await composeHouse({
    ...(federationCa === undefined ? {} : { federationCa }),
    config,
    issuer,
    storage: store.storage,
    examiner: store.examiner,
    vault,
    log,
    clock: Date.now,
    tracing,
  });
  store.observe(ambit.metrics.observeCommit);
  await settleHome(config, issuer, ambit, log);
  const lines = demo ? await layOutDemo(config, issuer, ambit) : [];

  const listeners = [
    bound.serve(ambit.app),
    ...(management ? [management.serve(ambit.management)] : []),
  ];
  const told = untilTold(log); // from here on a signal is heeded, so whoever reads the next line may send one
  const managed = management && { management_port: management.port };
  log.info('listening', { url: issuer, port: bound.port, ...managed });
  for (const line of lines) process.stdout.write(`${line}\n`);

  const housekeeping = setInterval(() => void ambit.housekeep(), HOUSEKEEPING_MS);
  const { checkpointSeconds } = config.audit;
  const checkpoints = setInterval(() => void ambit.checkpoint(), checkpointSeconds * 1000);
  const looking = setInterval(() => void ambit.keepCurrent(), LOOK_MS);
  store.follow(() => void ambit.keepCurrent());
  await told;
  clearInterval(housekeeping);
  clearInterval(checkpoints);
  clearInterval(looking);
  await shutDown(ambit, listeners);
  await ambit.finish().catch((error: unknown) => {
    log.error('not everything was written down', { error });
  });
  await tracing?.close();
  await store.close();
  log.info('stopped');
}

/** Tells once that no token can be issued any more, and once that it can again. */
const tellOfStalls = (log: Log): StoreObserver => ({
  onStall({ cause }) {
    log.error('the audit log cannot be written, so no token is issued', { cause });
  },
  onResume({ since, cause, refused, unrecorded }) {
    const seconds = Math.round((Date.now() - since) / 1000);
    log.warn('the audit log can be written again', { cause, seconds, refused, unrecorded });
  },
});

function readTls({ tls }: Config): TlsMaterial | undefined {
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

async function bindOrFail(
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

/** On the embedded default, makes the first administrator and keeps the address in its file true. */
async function settleHome(config: Config, issuer: string, ambit: Ambit, log: Log): Promise<void> {
  if (!config.embedded) return;
  const admin = await makeAdmin(ambit.clients, ambit.bootstrap, { reset: false });
  if (admin) {
    saveAdmin(config, { url: issuer, client_id: admin.clientId, client_secret: admin.secret });
    log.info('bootstrapped', { admin: admin.clientId, file: ADMIN_FILE });
  } else if (!keepUrl(config.home, ADMIN_FILE, issuer)) {
    log.warn('the address of the server could not be written down', { file: ADMIN_FILE });
  }
}

const untilTold = (log: Log): Promise<void> =>
  new Promise((resolve) => {
    const told = (signal: NodeJS.Signals): void => {
      log.info('stopping', { signal });
      resolve();
    };
    process.once('SIGTERM', told);
    process.once('SIGINT', told);
  });

/**
 * Closes one listener after the other, the management listener last: until the end it tells whoever probes that the
 * server is not ready.
 */
async function shutDown(ambit: Ambit, listeners: readonly Listener[]): Promise<void> {
  ambit.drain();
  for (const listener of listeners) await listener.close(GRACE_MS);
}
