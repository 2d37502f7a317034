import type { Ambit } from '../compose/compose.ts';
import type { Config } from '../config/config.ts';
import { createLog } from '../log/log.ts';
import type { PrimaryCalls, WorkerCalls } from '../workers/calls.ts';
import { createChannel } from '../workers/channel.ts';
import type { Channel } from '../workers/channel.ts';
import { createSharedCounting } from '../workers/shared-counting.ts';
import type { SharedCounting } from '../workers/shared-counting.ts';
import { primaryWire } from '../workers/primary-wire.ts';
import { failureOf } from './failure.ts';
import { readFederationCa } from './federation-ca.ts';
import { keepHouse } from './keep-house.ts';
import { bindOrFail, GRACE_MS, readTls } from './listen.ts';
import { openServingHouse } from './open-serving-house.ts';
import { ignoreSignals } from './signals.ts';

/** Answers requests as one of the workers of a server, until the process that looks after it says so, or ends. */
export async function serveWorker(config: Config): Promise<void> {
  ignoreSignals();
  const later: { ambit?: Ambit } = {};
  const stopping = Promise.withResolvers<undefined>();
  const ambit = (): Ambit => {
    if (!later.ambit) throw new Error('the worker is starting');
    return later.ambit;
  };
  const primary: Channel<PrimaryCalls> = createChannel<PrimaryCalls, WorkerCalls>(primaryWire(), {
    isThere: () => undefined,
    readMetrics: () => ambit().metrics.read(),
    watched: () => ambit().activity.watched(),
    readiness: () => ambit().readiness(),
    drain: () => later.ambit?.drain(),
    stop() {
      stopping.resolve(undefined);
    },
    begun: (key) => shared.begun(key),
    forgotten: (key) => shared.forgotten(key),
  });
  const shared = createSharedCounting(primary, config.workers);
  try {
    await work(config, {
      primary,
      shared,
      stopping: stopping.promise,
      enter(composed) {
        later.ambit = composed;
      },
    });
  } catch (error) {
    await primary.ask('failed', failureOf(error));
    process.exit(1);
  }
  process.disconnect();
}

interface Workplace {
  readonly primary: Channel<PrimaryCalls>;
  readonly shared: SharedCounting;
  readonly stopping: Promise<undefined>;
  enter(ambit: Ambit): void;
}

async function work(
  config: Config,
  { primary, shared, stopping, enter }: Workplace,
): Promise<void> {
  const tls = readTls(config);
  const federationCa = readFederationCa(config);
  const { worker, port } = await primary.ask('begin');
  const log = createLog(config.logLevel, process.stdout, { worker });
  const bound = await bindOrFail({ ...config.listen, port }, 'AMBIT_LISTEN', tls);
  const { issuer } = await primary.ask('bound', bound.port);

  const { store, ambit, tracing } = await openServingHouse(config, {
    ...{ issuer, log, federationCa },
    company: {
      counting: shared.counting,
      expose: () => primary.ask('expose'),
      reportActivity: () => primary.ask('reportActivity'),
      isWorker: true,
    },
    migrate: false,
    answers: true,
  });
  const listener = bound.serve(ambit.app);
  enter(ambit);
  await primary.ask('serving');

  const keeping = keepHouse(ambit, store, config, { isWorker: true });
  await stopping;
  keeping.stop();
  ambit.drain();
  await listener.close(GRACE_MS);
  await ambit.finish().catch((error: unknown) => {
    log.error('not everything was written down', { error });
  });
  await tracing?.close();
  await store.close();
}
