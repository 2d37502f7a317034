import type { MetricRow } from './metric-row.ts';
import { writeExposition } from './registry.ts';
import type { Exposed, MetricReading } from './registry.ts';
import { METRICS } from './table.ts';

type Value = MetricReading['values'][number];

/** The metrics of a server that is several processes. */
export interface MetricsSum {
  /** Takes in how the metrics of a process stand; what it has counted since the last time is added. */
  take(processId: number, readings: readonly MetricReading[]): void;
  /** Is to be told that a process has ended: what it had counted stays, its gauges go. */
  end(processId: number): void;
  /** The metrics of all processes together; of those that say the same, the first one is believed. */
  expose(): Promise<Exposed>;
}

/** What a process told last. */
interface Known {
  readonly readings: readonly MetricReading[];
  /** How far each of its series had counted. */
  readonly counted: ReadonlyMap<string, number>;
}

const keyOf = (name: string, { labels, metricName = name }: Value): string =>
  JSON.stringify([metricName, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

const VERSION = 'catalog_version';

/**
 * Makes the sum of the metrics of processes.
 *
 * INVARIANT: nothing that was counted is ever counted less, though processes end and new ones begin from nothing; to a
 * reader the server would otherwise have begun from nothing too, and counted everything anew. So what each process has
 * counted is added when it is told, and not when it is asked for. A series ends with its catalog version, when no process
 * tells that apart any more.
 */
export function createMetricsSum(): MetricsSum {
  const processes = new Map<number, Known>();
  const totals = new Map<string, Map<string, Value>>();

  const add = (name: string, value: Value, before: number): number => {
    const series = totals.get(name) ?? new Map<string, Value>();
    totals.set(name, series);
    const key = keyOf(name, value);
    // Less than before: the series had ended in that process, and has begun anew.
    const more = value.value - (value.value < before ? 0 : before);
    series.set(key, { ...value, value: (series.get(key)?.value ?? 0) + more });
    return value.value;
  };
  const told = (): readonly MetricReading[] =>
    [...processes.values()].flatMap(({ readings }) => readings);

  const dropVersions = (): void => {
    const versions = new Set(
      told().flatMap(({ values }) => values.map(({ labels }) => labels[VERSION])),
    );
    for (const series of totals.values()) {
      for (const [key, { labels }] of series) {
        if (VERSION in labels && !versions.has(labels[VERSION])) series.delete(key);
      }
    }
  };

  return {
    take(processId, readings) {
      const before = processes.get(processId)?.counted;
      const counted = new Map<string, number>();
      for (const { name, type, values } of readings) {
        if (type === 'gauge') continue;
        for (const value of values) {
          const key = keyOf(name, value);
          counted.set(key, add(name, value, before?.get(key) ?? 0));
        }
      }
      processes.set(processId, { readings, counted });
    },
    end(processId) {
      processes.delete(processId);
    },
    expose() {
      dropVersions();
      const metrics = [...Map.groupBy(told(), ({ name }) => name).values()];
      return writeExposition(
        metrics.flatMap((readings) =>
          readings.slice(0, 1).map((first) => ({
            ...first,
            values:
              first.type === 'gauge'
                ? joinGauges(first.name, readings)
                : [...(totals.get(first.name)?.values() ?? [])],
          })),
        ),
      );
    },
  };
}

const JOINS: Readonly<
  Record<NonNullable<MetricRow['together']>, (a: number, b: number) => number>
> = {
  sum: (a, b) => a + b,
  most: Math.max,
  least: Math.min,
};

function joinGauges(name: string, readings: readonly MetricReading[]): readonly Value[] {
  const rule = METRICS[name]?.together;
  if (rule === undefined) return readings.find(({ values }) => values.length > 0)?.values ?? [];
  const joined = new Map<string, Value>();
  for (const told of readings.flatMap(({ values }) => values)) {
    const key = keyOf(name, told);
    const value = told.value ?? NaN; // between processes, what is no number becomes null
    const known = joined.get(key)?.value ?? NaN;
    const both = Number.isNaN(known) ? value : JOINS[rule](known, value);
    joined.set(key, { ...told, value: Number.isNaN(value) ? known : both });
  }
  return [...joined.values()];
}
