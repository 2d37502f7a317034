import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry as Exposition,
} from 'prom-client';
import { createSeries } from './series.ts';
import type { Sample, Series } from './series.ts';
import type { MetricRow } from './metric-row.ts';
import { AMBIT_METRICS, METRICS } from './table.ts';

type Rows = typeof AMBIT_METRICS;
type NamesOf<T extends MetricRow['type']> = {
  [N in keyof Rows]: Rows[N]['type'] extends T ? N : never;
}[keyof Rows];

/** The labels of a metric. */
export type LabelsOf<N extends keyof Rows> = Rows[N]['labels'][number];

/** Samples of a gauge, read when somebody asks for the metrics. */
export type ReadGauge<L extends string> = () => Iterable<Sample<L>> | Promise<Iterable<Sample<L>>>;

/** A metric as it stands, as plain data. */
export interface MetricReading {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly value: number;
    readonly labels: Readonly<Record<string, string | number>>;
    /** Where it is a part of a histogram. */
    readonly metricName?: string;
  }[];
}

/** An exposition (Prometheus text format 0.0.4) with its media type. */
export interface Exposed {
  readonly type: string;
  readonly text: string;
}

/** The metrics of the table, each to be made once. */
export interface Registry {
  /** A counter that others count in; it is exposed as it stands. */
  counter<N extends NamesOf<'counter'>>(name: N): Series<LabelsOf<N>>;
  /** A gauge that is read at each exposition. One that cannot be read has no samples then, and the rest is exposed. */
  gauge<N extends NamesOf<'gauge'>>(name: N, read: ReadGauge<LabelsOf<N>>): void;
  /** A histogram; gives what observes a value under fixed labels. */
  histogram<N extends NamesOf<'histogram'>>(
    name: N,
  ): (labels: Readonly<Record<LabelsOf<N>, string>>) => (value: number) => void;
  /** Every metric as it stands. */
  read(): Promise<readonly MetricReading[]>;
}

/** Writes metrics down. */
export async function writeExposition(readings: readonly MetricReading[]): Promise<Exposed> {
  const exposition = new Exposition();
  for (const reading of readings) {
    exposition.registerMetric({ ...reading, get: () => Promise.resolve(reading) } as never);
  }
  return { type: exposition.contentType, text: await exposition.metrics() };
}

/**
 * Makes the registry of one server, with the figures of its process.
 *
 * Counters are plain numbers until somebody asks: prom-client finds a series by the text of its labels, which would cost every
 * token a third of a microsecond a label set.
 */
export function createRegistry({
  onFault,
}: {
  /** Is told of a gauge that could not be read. */
  readonly onFault: (metric: string, error: unknown) => void;
}): Registry {
  const exposition = new Exposition();
  const settings = (name: keyof Rows) => {
    const { help, labels } = AMBIT_METRICS[name];
    return { name, help, labelNames: [...labels] as string[], registers: [exposition] };
  };
  collectDefaultMetrics({ register: exposition });
  return {
    counter(name) {
      const series = createSeries<string>(AMBIT_METRICS[name].labels);
      const counter: Counter = new Counter({
        ...settings(name),
        collect() {
          counter.reset();
          for (const { labels, value } of series) counter.inc(labels, value);
        },
      });
      return series;
    },

    gauge(name, read) {
      const gauge: Gauge = new Gauge({
        ...settings(name),
        async collect() {
          const samples = await attempt(name, read);
          gauge.reset();
          if (AMBIT_METRICS[name].labels.length === 0) gauge.remove(); // the library would let it be 0
          for (const { labels, value } of samples) gauge.set(labels, value);
        },
      });
    },

    histogram(name) {
      const histogram = new Histogram({
        ...settings(name),
        buckets: [...AMBIT_METRICS[name].buckets],
      });
      return (labels) => {
        const child = histogram.labels(labels);
        return (value) => {
          child.observe(value);
        };
      };
    },

    async read() {
      const readings = (await exposition.getMetricsAsJSON()) as unknown as MetricReading[];
      // Left out here and not taken out of the registry: one metric of the library sets the values of others.
      return readings.filter(({ name }) => Object.hasOwn(METRICS, name));
    },
  };

  async function attempt(name: string, read: ReadGauge<string>): Promise<Iterable<Sample<string>>> {
    try {
      return await read();
    } catch (error) {
      onFault(name, error);
      return [];
    }
  }
}
