import { present } from '@ambit/scope-catalog';
import type { Ambit } from '../compose/compose.ts';
import type { Ground } from '../compose/ground.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/open-storage.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { SERVER_VERSION } from '../version.ts';
import { composeHouse } from './compose-house.ts';
import { openHouse } from './open-house.ts';
import { tellOfStalls } from './tell-of-stalls.ts';

/** What a process that serves is told of itself. */
export interface ServingOptions extends Pick<Ground, 'issuer' | 'log' | 'company'> {
  readonly federationCa: string | undefined;
  /** Whether it lays out the schema, or brings it up to this release's. */
  readonly migrate: boolean;
  /** Whether it answers requests, and so has traces to send. */
  readonly answers: boolean;
}

/** A house with everything but its listeners. */
export interface ServingHouse {
  readonly store: Store;
  readonly ambit: Ambit;
  readonly tracing: Tracing | undefined;
}

/** Opens the store and puts the house together on it, for a process that serves by itself or, with `company`, among others. */
export async function openServingHouse(
  config: Config,
  { issuer, log, company, federationCa, migrate, answers }: ServingOptions,
): Promise<ServingHouse> {
  const { store, vault } = await openHouse(
    config,
    { migrate, observer: tellOfStalls(log), oneOfSeveral: company !== undefined },
    Date.now,
  );
  const tracing =
    answers && config.tracing
      ? await startTracing({ log, serverVersion: SERVER_VERSION })
      : undefined;
  const ambit = await composeHouse({
    ...present({ federationCa, company }),
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
  return { store, ambit, tracing };
}
