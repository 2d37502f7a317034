import { compileCatalog, parseCatalog } from '@ambit/scope-catalog';
import type { OngoingStall } from '../../src/audit/stall.ts';
import type { KeyInfo } from '../../src/keys/key-service.ts';
import { createMetrics } from '../../src/metrics/create-metrics.ts';
import type { Metrics } from '../../src/metrics/create-metrics.ts';
import { writeExposition } from '../../src/metrics/registry.ts';
import type { Exposed } from '../../src/metrics/registry.ts';
import type { SecretStore } from '../../src/metrics/ports.ts';
import type { ActiveCatalog } from '../../src/snapshot/snapshot.ts';
import { SHOP } from './shop-catalog.ts';

/** Metrics over a state that is in the hands of the test. */
export interface MetricsHarness extends Omit<Metrics, 'read'> {
  now: number;
  active: ActiveCatalog | undefined;
  keys: readonly KeyInfo[] | Error;
  countSecrets: SecretStore['countSecrets'];
  stall: OngoingStall | undefined;
  readonly faults: string[];
  readonly readings: Metrics['read'];
  expose(): Promise<Exposed>;
  /** The exposition, by metric name with labels as they stand there. */
  read(): Promise<ReadonlyMap<string, number>>;
}

/** A version of a catalog that is active. */
export function activeVersion(version: number, source = SHOP): ActiveCatalog {
  const parsed = parseCatalog(source, 'catalog.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const compiled = compileCatalog(parsed.value.document, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return { version, digest: 'sha256:test', compiled: compiled.value };
}

/** The samples of an exposition: `name{label="value"}` and the number. */
export const samplesOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))] as const;
      }),
  );

/** Makes metrics of a shop whose version 1 is active. */
export function createHarness(): MetricsHarness {
  const faults: string[] = [];
  const { read: readings, ...metrics } = createMetrics({
    serverVersion: '1.2.3',
    clock: () => harness.now,
    activeCatalog: () => harness.active,
    listKeys: async () => {
      if (harness.keys instanceof Error) throw harness.keys;
      return harness.keys;
    },
    secrets: { countSecrets: (question) => harness.countSecrets(question) },
    stall: async () => harness.stall,
    stateAgeSeconds: () => 0.5,
    onFault: (metric) => faults.push(metric),
  });
  const harness: MetricsHarness = {
    ...metrics,
    readings,
    expose: async () => writeExposition(await readings()),
    now: Date.parse('2026-06-01'),
    active: activeVersion(1),
    keys: [],
    countSecrets: () => Promise.resolve([]),
    stall: undefined,
    faults,
    async read() {
      return samplesOf((await harness.expose()).text);
    },
  };
  return harness;
}
