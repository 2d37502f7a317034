import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './processes.ts';

/** Where the files for operators are. */
export const DEPLOY = join(ROOT, 'deploy');

/** A rule of Prometheus: one that records, or one that alerts. */
export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rulesIn = (file: string): readonly Rule[] =>
  (
    parse(readFileSync(join(DEPLOY, 'prometheus/rules', file), 'utf8')) as {
      groups: readonly { rules: readonly Rule[] }[];
    }
  ).groups.flatMap(({ rules }) => rules);

/** The rules that record. */
export const RECORDING = rulesIn('recording.yml');
/** The rules that alert. */
export const ALERTS = rulesIn('alerts.yml');

/** A panel of a dashboard, as far as it is looked at here. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly unknown[] };
    };
  };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat?: string;
    readonly datasource: { readonly uid: string };
  }[];
}

/** A dashboard of Grafana. */
export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

/** Every dashboard. */
export const DASHBOARDS: readonly Dashboard[] = readdirSync(join(DEPLOY, 'grafana')).map(
  (file) => ({
    file,
    ...(JSON.parse(readFileSync(join(DEPLOY, 'grafana', file), 'utf8')) as Omit<Dashboard, 'file'>),
  }),
);

/** Every query of a dashboard, with the title of its panel. */
export const queriesOf = ({
  panels,
}: Dashboard): readonly { panel: string; expr: string; legend?: string }[] =>
  panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({
      panel: title,
      expr,
      ...(legendFormat === undefined ? {} : { legend: legendFormat }),
    })),
  );
