import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { COMMANDS } from '../packages/admin-cli/src/commands.ts';
import { optionsOf, writeFlag } from '../packages/admin-cli/src/program.ts';
import { METRICS } from '../packages/idp/src/metrics/table.ts';
import { ALERTS, DASHBOARDS, DEPLOY, queriesOf, RECORDING } from './support/deployment.ts';
import { ROOT } from './support/processes.ts';
import { readQuery } from './support/promql.ts';
import { promtool, testWithPromtool } from './support/promtool.ts';
import { temporaryFolder } from './support/server.ts';

/** What Prometheus itself adds to every series. */
const OF_TARGETS = ['job', 'instance'];

/** The labels of a metric, or of what a rule records; undefined where there is none of that name. */
function labelsOf(name: string): readonly string[] | undefined {
  const rule = RECORDING.find(({ record }) => record === name);
  if (rule) return readQuery(rule.expr).groupings.map(({ label }) => label);
  const row = METRICS[name];
  if (row) return row.type === 'histogram' ? undefined : [...row.labels, ...OF_TARGETS];
  const [, base = '', part] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? [];
  const histogram = METRICS[base];
  if (histogram?.type !== 'histogram') return undefined;
  return [...histogram.labels, ...OF_TARGETS, ...(part === 'bucket' ? ['le'] : [])];
}

/** The values that a matcher may have; undefined where the list is open. */
function closedList(metric: string, label: string): readonly string[] | undefined {
  const { values } = METRICS[metric] ?? {};
  const lists: Partial<Record<string, readonly string[]>> = values ?? {};
  return lists[label];
}

/** What is wrong with the names in a query. */
function faultsOf(expression: string): string[] {
  const { selectors, groupings, sound } = readQuery(expression);
  const faults = sound ? [] : [`not a query: ${expression}`];
  for (const { metric, matchers } of selectors) {
    const labels = labelsOf(metric);
    if (!labels) faults.push(`no metric ${metric}`);
    for (const { label, op, value } of matchers) {
      if (labels?.includes(label) === false) faults.push(`${metric} has no label ${label}`);
      const list = closedList(metric.replace(/_(?:bucket|sum|count)$/, ''), label);
      if (!list || value.startsWith('$')) continue;
      const isPattern = op.endsWith('~');
      for (const alternative of isPattern ? value.split('|') : [value]) {
        const pattern = new RegExp(`^(?:${alternative})$`);
        const fits = (known: string): boolean =>
          isPattern ? pattern.test(known) : known === alternative;
        if (!list.some(fits)) faults.push(`${metric} has no ${label} ${alternative}`);
      }
    }
  }
  for (const { label, metrics } of groupings) {
    const known = metrics.some((metric) => labelsOf(metric)?.includes(label));
    if (!known) faults.push(`nothing below has the label ${label}: ${metrics.join(' ')}`);
  }
  return faults;
}

describe('what is checked here', () => {
  test.each([
    ['sum(rate(ambit_nothing_total[5m]))', 'no metric ambit_nothing_total'],
    [
      'ambit_introspections_total{reason="revoked"}',
      'ambit_introspections_total has no label reason',
    ],
    [
      'ambit_introspections_total{result="revokd"}',
      'ambit_introspections_total has no result revokd',
    ],
    [
      'ambit_introspections_total{result=~"active|revokd"}',
      'ambit_introspections_total has no result revokd',
    ],
    [
      'sum by (client) (ambit_decisions_total)',
      'nothing below has the label client: ambit_decisions_total',
    ],
    ['ambit_http_request_duration_seconds', 'no metric ambit_http_request_duration_seconds'],
    ['ambit:nothing:rate5m', 'no metric ambit:nothing:rate5m'],
  ])('%s is found out', (expression, fault) => {
    expect(faultsOf(expression)).toEqual([fault]);
  });

  test('what is no query is found out', () => {
    expect(faultsOf('sum(rate(ambit_decisions_total[5m])')).not.toEqual([]);
  });
});

describe.each(DASHBOARDS.map((dashboard) => [dashboard.file, dashboard] as const))(
  'the dashboard %s',
  (_, dashboard) => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');

    test.each(
      queriesOf(dashboard).map(({ panel, expr, legend }) => [panel, expr, legend] as const),
    )('%s: asks for metrics and labels that there are: %s', (_panel, expr, legend = '') => {
      expect(faultsOf(expr)).toEqual([]);
      const { selectors, groupings } = readQuery(expr);
      const labels = [
        ...groupings.map(({ label }) => label),
        ...selectors.flatMap(({ metric }) => labelsOf(metric) ?? []),
      ];
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toContain(label);
    });

    test('says of every panel what it shows, in which unit and from which thresholds on', () => {
      for (const { title, description, fieldConfig, targets } of panels) {
        expect([title, description]).toEqual([title, expect.stringMatching(/^[A-Z\d].+\.$/)]);
        expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.any(String)]);
        expect([title, fieldConfig?.defaults.thresholds?.steps.length]).not.toEqual([title, 0]);
        expect([title, targets?.length]).not.toEqual([title, 0]);
      }
    });

    test('reads from the Prometheus that is chosen, and from variables that it has', () => {
      const names = dashboard.templating.list.map(({ name }) => name);
      expect(dashboard.templating.list[0]).toMatchObject({
        name: 'datasource',
        type: 'datasource',
      });
      for (const { datasource, targets = [] } of panels) {
        expect(datasource?.uid).toBe('${datasource}');
        for (const target of targets) {
          expect(target.datasource.uid).toBe('${datasource}');
          for (const [, name = ''] of target.expr.matchAll(/\$(\w+)/g)) {
            if (!name.startsWith('__')) expect(names).toContain(name);
          }
        }
      }
      for (const { definition } of dashboard.templating.list) {
        if (definition === undefined) continue;
        const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
        expect(labelsOf(metric)).toContain(label);
      }
    });

    test('has no two panels in one place, or by one id', () => {
      const taken = new Set<string>();
      for (const { gridPos } of dashboard.panels) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect([x < 24, taken.has(`${x} ${y}`)]).toEqual([true, false]);
            taken.add(`${x} ${y}`);
          }
        }
      }
      expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    });
  },
);

test('every metric of Ambit is on a dashboard, by itself or by what is recorded from it', () => {
  const asked = DASHBOARDS.flatMap(queriesOf).flatMap(({ expr }) => readQuery(expr).selectors);
  const recorded = RECORDING.filter(({ record }) => asked.some(({ metric }) => metric === record));
  const names = [...asked, ...recorded.flatMap(({ expr }) => readQuery(expr).selectors)].map(
    ({ metric }) => metric.replace(/_(?:bucket|sum|count)$/, ''),
  );
  const ours = Object.keys(METRICS).filter((name) => name.startsWith('ambit_'));
  expect(ours.filter((name) => !names.includes(name))).toEqual([]);
});

describe('the rules', () => {
  test.each(RECORDING.map(({ record = '', expr }) => [record, expr]))(
    '%s is recorded from metrics and labels that there are',
    (record, expr) => {
      expect(record).toMatch(/^ambit:\w+:\w+$/);
      expect(faultsOf(expr)).toEqual([]);
    },
  );

  test.each(ALERTS.map((rule) => [rule.alert ?? '', rule] as const))(
    '%s asks for metrics that there are, and says what is the matter',
    (_, { expr, labels, annotations }) => {
      expect(faultsOf(expr)).toEqual([]);
      expect(['page', 'ticket']).toContain(labels?.['severity']);
      expect(annotations?.['summary']).toEqual(expect.any(String));
      expect(annotations?.['description']).toMatch(/\.$/);
    },
  );
});

const alertNames = [...new Set(ALERTS.map(({ alert = '' }) => alert))];
const runbookOf = (alert: string): string => `docs/runbooks/${alert}.md`;

describe('every alert', () => {
  test.each(alertNames)('%s has its runbook, which is the one that it names', (alert) => {
    for (const rule of ALERTS.filter((each) => each.alert === alert)) {
      expect(rule.annotations?.['runbook_url']).toBe(runbookOf(alert));
    }
    const text = readFileSync(join(ROOT, runbookOf(alert)), 'utf8');
    const headings = [...text.matchAll(/^#+ .+$/gm)].map(([heading]) => heading);
    expect(headings).toEqual([
      `# ${alert}`,
      '## What it means',
      '## How to look',
      '## How to mend it',
      '## How to know that it is over',
    ]);
  });

  test.each(alertNames)('%s is tested to fire and to stay silent', (alert) => {
    const { tests } = parse(
      readFileSync(join(DEPLOY, `prometheus/tests/${alert}.yml`), 'utf8'),
    ) as { tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[] };
    const cases = tests.flatMap((each) => each.alert_rule_test);
    expect(new Set(cases.map(({ alertname }) => alertname))).toEqual(new Set([alert]));
    expect(cases.some(({ exp_alerts: alerts }) => alerts.length > 0)).toBe(true);
    expect(
      tests.some((each) =>
        each.alert_rule_test.every(({ exp_alerts: alerts }) => alerts.length === 0),
      ),
    ).toBe(true);
  });

  test('is in the list of runbooks, and nothing else is', () => {
    const list = readFileSync(join(ROOT, 'docs/runbooks/README.md'), 'utf8');
    const listed = [...list.matchAll(/\[(\w+)\]\(\1\.md\)\s*\| (page|ticket)/g)];
    expect(listed.map(([, name, severity]) => [name, severity])).toEqual(
      alertNames.map((name) => [
        name,
        ALERTS.find(({ alert }) => alert === name)?.labels?.['severity'],
      ]),
    );
    const files = readdirSync(join(ROOT, 'docs/runbooks')).filter((name) => name !== 'README.md');
    expect(files.sort()).toEqual(alertNames.map((name) => `${name}.md`).sort());
  });
});

const pages = [...alertNames.map(runbookOf), 'docs/operations.md'];

describe('what an operator reads', () => {
  const commandsIn = (text: string): string[] => [
    ...[...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
      block.split('\n').filter((line) => line.startsWith('ambit ')),
    ),
    ...[...text.matchAll(/`(ambit [a-z][^`]*)`/g)].map(([, command = '']) => command),
  ];

  test.each(pages)('%s names only commands and flags that there are', (page) => {
    for (const line of commandsIn(readFileSync(join(ROOT, page), 'utf8'))) {
      const words = line.slice('ambit '.length);
      const command = COMMANDS.find(({ name }) => `${words} `.startsWith(`${name} `));
      expect([line, command?.name]).toEqual([line, expect.any(String)]);
      const flags = command
        ? optionsOf(command).flatMap((option) => writeFlag(option).match(/--?[\w-]+/g) ?? [])
        : [];
      for (const [flag] of words.replaceAll(/'[^']*'/g, '').matchAll(/(?<= )--?[a-z][\w-]*/g)) {
        expect([line, [...flags, '--yes', '--output']]).toEqual([
          line,
          expect.arrayContaining([flag]),
        ]);
      }
    }
  });

  test.each(pages)('%s names only metrics and panels that there are', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    for (const [, name = ''] of text.matchAll(/`(ambit[_:]\w+(?::\w+)*)`/g)) {
      expect([name, labelsOf(name)]).toEqual([name, expect.any(Array)]);
    }
    const titles = DASHBOARDS.flatMap(({ panels }) => panels.map(({ title }) => title));
    for (const [, title = ''] of text.matchAll(/"([A-Z][^"]+)"/g)) expect(titles).toContain(title);
  });
});

describe('promtool', () => {
  const files = (folder: string): string[] =>
    readdirSync(join(DEPLOY, 'prometheus', folder)).map((name) =>
      join(DEPLOY, 'prometheus', folder, name),
    );

  testWithPromtool('has nothing to say against the configuration and its rules', async () => {
    const { code, stderr } = await promtool([
      'check',
      'config',
      join(DEPLOY, 'prometheus/prometheus.yml'),
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const { code: rules } = await promtool([
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      ...files('rules'),
    ]);
    expect(rules).toBe(0);
  });

  testWithPromtool('sees every alert fire when it should, and stay silent otherwise', async () => {
    const { code, stdout, stderr } = await promtool(['test', 'rules', ...files('tests')]);
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.not.stringContaining('FAILED')]);
  });

  testWithPromtool('can read every query of the dashboards', async () => {
    const expressions = DASHBOARDS.flatMap(queriesOf).map(({ expr }) =>
      expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h'),
    );
    const rules = expressions.map((expr, index) => ({
      record: `panel:query:${String(index)}`,
      expr,
    }));
    const folder = temporaryFolder();
    const file = join(folder, 'rules.json'); // JSON is YAML too
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboards', rules }] }));
    const { code, stdout, stderr } = await promtool(['check', 'rules', file]);
    rmSync(folder, { recursive: true });
    expect([code, stderr, stdout]).toEqual([
      0,
      '',
      expect.stringContaining(`${String(rules.length)} rules found`),
    ]);
  });
});
