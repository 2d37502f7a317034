import { setTimeout } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import { layOutDemo } from './demo.ts';
import { readFederationCa } from './federation-ca.ts';
import { keepHouse } from './keep-house.ts';
import { issuerOf } from './issuer.ts';
import { bindOrFail, GRACE_MS, readTls } from './listen.ts';
import { openServingHouse } from './open-serving-house.ts';
import { settleHome } from './settle-home.ts';
import { untilTold } from './signals.ts';

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

  const { store, ambit, tracing } = await openServingHouse(config, {
    ...{ issuer, log, federationCa },
    migrate: config.embedded,
    answers: true,
  });
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
