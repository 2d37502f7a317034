import { describe, expect, test } from '@jest/globals';
import { METRICS } from '../../src/metrics/table.ts';
import { createHarness } from '../support/metrics.ts';

/** What the exposition says of each metric, by its name. */
async function described() {
  const { text } = await createHarness().expose();
  const facts = (kind: 'HELP' | 'TYPE') =>
    new Map(
      [...text.matchAll(new RegExp(`^# ${kind} (\\S+) (.*)$`, 'gm'))].map(([, name, what]) => [
        String(name),
        what,
      ]),
    );
  const [helps, types] = [facts('HELP'), facts('TYPE')];
  return [...helps].map(([name, help]) => ({ name, help, type: types.get(name) }));
}

const expected = Object.entries(METRICS)
  .filter(([, { on = process.platform }]) => on === process.platform)
  .map(([name, { help, type }]) => ({ name, help, type }));

describe('the exposition', () => {
  test('has exactly the metrics of the table, as the table describes them', async () => {
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect((await described()).sort(byName)).toEqual(expected.sort(byName));
  });

  test('has no label and no value of a closed list that the table does not know', async () => {
    for (const sample of (await createHarness().read()).keys()) {
      const [, name = '', labels = ''] =
        /^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})?$/.exec(sample) ?? [];
      const row = METRICS[name];
      for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === 'le') continue;
        expect(row?.labels).toContain(label);
        const closed: Partial<Record<string, readonly string[]>> = row?.values ?? {};
        if (closed[label]) expect(closed[label]).toContain(value);
      }
    }
  });

  test('is in the text format that Prometheus reads', async () => {
    expect((await createHarness().expose()).type).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('goes on without a gauge that cannot be read, and says so', async () => {
    const metrics = createHarness();
    metrics.keys = new Error('the store is gone');
    metrics.countSecrets = () => Promise.reject(new Error('the store is gone'));
    const samples = await metrics.read();
    expect(samples.get('ambit_catalog_active_version')).toBe(1);
    expect([...samples.keys()].join()).not.toMatch(/ambit_(?:signing_key|client_secrets)/);
    expect(new Set(metrics.faults)).toEqual(
      new Set([
        'ambit_signing_key_age_seconds',
        'ambit_signing_key_overdue',
        'ambit_client_secrets',
      ]),
    );
  });

  test('tells how much processor time the process has taken', async () => {
    const { read } = createHarness();
    await read();
    expect((await read()).get('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  test('tells which build runs', async () => {
    const samples = await createHarness().read();
    const build = `ambit_build_info{version="1.2.3",node_version="${process.version}"}`;
    expect(samples.get(build)).toBe(1);
  });
});

describe('every metric', () => {
  test.each(Object.entries(METRICS))(
    '%s ends in its base unit, and in total where it counts',
    (name, row) => {
      if (row.type === 'counter') expect(name).toMatch(/_total$/);
      if (['seconds', 'bytes'].includes(row.unit)) expect(name).toMatch(`_${row.unit}`);
    },
  );
});
