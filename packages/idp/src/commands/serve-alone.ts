import { setTimeout } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { SERVER_VERSION } from '../version.ts';
import { composeHouse } from './compose-house.ts';
import { layOutDemo } from './demo.ts';
import { readFederationCa } from './federation-ca.ts';
import { keepHouse } from './keep-house.ts';
import { issuerOf } from './issuer.ts';
import { bindOrFail, GRACE_MS, readTls } from './listen.ts';
import { openHouse } from './open-house.ts';
import { settleHome } from './settle-home.ts';
import { untilTold } from './signals.ts';
import { tellOfStalls } from './tell-of-stalls.ts';

/** Runs the provider in this process alone. */
export async function serveAlone(
  config: Config,
  { demo }: { readonly demo: boolean },
): Promise<void> {
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

  const keeping = keepHouse(ambit, store, config);
  await told;
  keeping.stop();
  ambit.drain();
  await setTimeout(config.drainSeconds * 1000);
  // The management listener last: until the end it tells whoever probes that the server is not ready.
  for (const listener of listeners) await listener.close(GRACE_MS);
  await ambit.finish().catch((error: unknown) => {
    log.error('not everything was written down', { error });
  });
  await tracing?.close();
  await store.close();
  log.info('stopped');
}
