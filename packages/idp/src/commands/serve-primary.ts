import { setTimeout } from 'node:timers/promises';
import type { Ambit } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import type { Crew } from '../workers/crew.ts';
import { startCrew } from '../workers/crew.ts';
import { createGathering } from '../workers/gather.ts';
import { createCounters } from '../workers/shared-counting.ts';
import { layOutDemo } from './demo.ts';
import { readFederationCa } from './federation-ca.ts';
import { issuerOf } from './issuer.ts';
import { keepHouse } from './keep-house.ts';
import { bindOrFail, GRACE_MS, readTls } from './listen.ts';
import { openServingHouse } from './open-serving-house.ts';
import { settleHome } from './settle-home.ts';
import { untilTold } from './signals.ts';

/** How much longer than its requests a worker may take to end: it writes down what is left and closes the store. */
const ENDING_MS = 5_000;

/**
 * Runs the provider in several workers, from this process, which answers no requests itself: it has the workers bind the
 * port, lays out the house, lets them in, replaces those that end, looks after the house, and tells of all of them at the
 * management listener.
 */
export async function servePrimary(
  config: Config,
  { demo }: { readonly demo: boolean },
): Promise<void> {
  const log = createLog(config.logLevel, process.stdout);
  readTls(config); // so that what is wrong with it is told once
  const federationCa = readFederationCa(config);
  const later: { crew?: Crew; ambit?: Ambit } = {};
  const gathering = createGathering({
    crew: () => later.crew ?? { members: () => [] },
    own: () => known(later.ambit),
    clock: Date.now,
    log,
  });
  const crew = startCrew({
    size: config.workers,
    port: config.listen.port,
    log,
    answers: {
      ...createCounters((what, key) => later.crew?.tellAll(what, key)),
      expose: gathering.expose,
      reportActivity: gathering.reportActivity,
    },
    onEnded: gathering.end,
  });
  later.crew = crew;
  const port = await crew.bound;
  const management =
    config.managementListen &&
    (await bindOrFail(config.managementListen, 'AMBIT_MANAGEMENT_LISTEN'));
  const issuer = issuerOf(config, port);

  const { store, ambit } = await openServingHouse(config, {
    ...{ issuer, log, federationCa },
    company: { ...gathering, isWorker: false },
    migrate: config.embedded,
    answers: false,
  });
  later.ambit = ambit;
  await settleHome(config, issuer, ambit, log);
  const lines = demo ? await layOutDemo(config, issuer, ambit) : [];
  await crew.enter(issuer);

  const listener = management?.serve(ambit.management);
  const told = untilTold(log); // from here on a signal is heeded, so whoever reads the next line may send one
  const managed = management && { management_port: management.port };
  log.info('listening', { url: issuer, port, workers: config.workers, ...managed });
  for (const line of lines) process.stdout.write(`${line}\n`);

  const keeping = keepHouse(ambit, store, config);
  await told;
  keeping.stop();
  ambit.drain();
  crew.drain();
  await setTimeout(config.drainSeconds * 1000);
  await crew.stop(GRACE_MS + ENDING_MS);
  await listener?.close(GRACE_MS);
  await ambit.finish().catch((error: unknown) => {
    log.error('not everything was written down', { error });
  });
  await store.close();
  log.info('stopped');
}

function known(ambit: Ambit | undefined): Ambit {
  if (!ambit) throw new Error('the house is not laid out yet');
  return ambit;
}
