import { scopeState, SIGNING_ALGS } from '@ambit/scope-catalog';
import type { OngoingStall } from '../audit/stall.ts';
import type { KeyInfo } from '../keys/key-service.ts';
import type { ActiveCatalog } from '../snapshot/snapshot.ts';
import { AGE_BUCKETS, LAST_USE_BUCKETS, NEVER_USED } from './label-values.ts';
import type { SecretStore } from './ports.ts';
import type { Registry } from './registry.ts';
import type { Sample } from './series.ts';
import { addStallGauges } from './stall-gauges.ts';

const DAY_MS = 86_400_000;
/** Counting the secrets of 100,000 clients holds everybody up for a moment, so it is not done at every exposition. */
const SECRETS_COUNTED_EVERY_MS = 300_000;

/** The state that gauges tell of. */
export interface GaugedState {
  readonly clock: () => number;
  readonly activeCatalog: () => ActiveCatalog | undefined;
  /** Makes the active catalog the one that the store has by now; of a process that decides nothing, nobody else does. */
  readonly refresh?: () => Promise<unknown>;
  readonly stateAgeSeconds: () => number;
  readonly listKeys: () => Promise<readonly KeyInfo[]>;
  readonly secrets: SecretStore;
  /** Why the audit log cannot be written, having tried again just now; undefined when it can. */
  readonly stall: () => Promise<OngoingStall | undefined>;
}

/** Adds the gauges of the catalog, the signing keys, the secrets and the audit log, read when somebody asks for the metrics. */
export function addStateGauges(registry: Registry, state: GaugedState): void {
  const { clock, activeCatalog, stateAgeSeconds, listKeys, secrets } = state;
  addStallGauges(registry, state.stall);
  registry.gauge('ambit_state_age_seconds', () => [{ labels: {}, value: stateAgeSeconds() }]);
  registry.gauge('ambit_catalog_active_version', () => {
    const active = activeCatalog();
    return active ? [{ labels: {}, value: active.version }] : [];
  });
  registry.gauge('ambit_scope_sunset_timestamp_seconds', () =>
    deprecatedScopes(activeCatalog(), clock()),
  );
  registry.gauge('ambit_signing_key_age_seconds', async () => keyAges(await listKeys(), clock()));
  registry.gauge('ambit_signing_key_overdue', async () => {
    const keys = await listKeys();
    return SIGNING_ALGS.map((alg) => ({
      labels: { alg },
      value: keys.some((key) => key.alg === alg && key.overdue) ? 1 : 0,
    }));
  });
  registry.gauge(
    'ambit_client_secrets',
    keptFor(SECRETS_COUNTED_EVERY_MS, clock, () => secretsByAge(secrets, clock())),
  );
}

function deprecatedScopes(active: ActiveCatalog | undefined, now: number) {
  const scopes = [...(active?.compiled.scopes.values() ?? [])];
  return scopes
    .filter((scope) => scopeState(scope, now) === 'deprecated')
    .map(({ name, resourceServer, retiredFrom = Infinity }) => ({
      labels: { scope: name, resource_server: resourceServer },
      value: retiredFrom / 1000,
    }));
}

/** The oldest key of each algorithm in each state, by when it came into it; a destroyed one is nowhere any more. */
function keyAges(keys: readonly KeyInfo[], now: number): Sample<'alg' | 'state'>[] {
  const ages = new Map<string, Sample<'alg' | 'state'>>();
  for (const { alg, state, ...times } of keys) {
    if (state === 'destroyed') continue;
    const { createdAt, activatedAt, retiredAt } = times;
    const since = { next: createdAt, active: activatedAt, retired: retiredAt }[state] ?? createdAt;
    const value = Math.max(0, (now - since) / 1000);
    const known = ages.get(`${alg} ${state}`);
    if (!known || known.value < value) {
      ages.set(`${alg} ${state}`, { labels: { alg, state }, value });
    }
  }
  return [...ages.values()];
}

async function secretsByAge(secrets: SecretStore, now: number) {
  const counts = await secrets.countSecrets({
    now,
    ageBounds: AGE_BUCKETS.map(({ fromDays }) => fromDays * DAY_MS),
    useBounds: LAST_USE_BUCKETS.map(({ fromDays }) => fromDays * DAY_MS),
  });
  const useLabels = [...LAST_USE_BUCKETS.map(({ label }) => label), NEVER_USED];
  return AGE_BUCKETS.flatMap(({ label: age }, index) =>
    useLabels.map((lastUsed, use) => ({
      labels: { age, last_used: lastUsed },
      value:
        counts.find(
          (each) => each.age === index && (each.lastUse ?? LAST_USE_BUCKETS.length) === use,
        )?.count ?? 0,
    })),
  );
}

/** What was read, for as long as it may be kept; whoever asks meanwhile waits for the same reading. */
function keptFor<T>(
  milliseconds: number,
  clock: () => number,
  read: () => Promise<T>,
): () => Promise<T> {
  let kept: { readonly until: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = clock();
    if (!kept || kept.until <= now) {
      const reading = { until: now + milliseconds, value: read() };
      kept = reading;
      reading.value.catch(() => {
        if (kept === reading) kept = undefined;
      });
    }
    return kept.value;
  };
}
