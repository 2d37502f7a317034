import { describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import { createMetricsSum } from '../../src/metrics/sum-metrics.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { activeVersion, createHarness, samplesOf } from '../support/metrics.ts';
import type { MetricsHarness } from '../support/metrics.ts';

const issued = (catalogVersion = 1): AuditEntry => ({
  time: 0,
  event: 'token.issued',
  decision: 'granted',
  requestId: 'r',
  catalogVersion,
  resourceServer: 'shop-api',
  grantedScopes: [],
});

/** A server of so many processes, and what it exposes of all of them. */
function createServer(size: number) {
  const sum = createMetricsSum();
  const processes = Array.from({ length: size }, createHarness);
  const alive = new Map(processes.entries());
  return {
    processes: processes as [MetricsHarness, MetricsHarness, MetricsHarness],
    sum,
    alive,
    async text() {
      for (const [id, harness] of alive) {
        sum.take(id, JSON.parse(JSON.stringify(await harness.readings())) as never);
      }
      return (await sum.expose()).text;
    },
    async read() {
      return samplesOf(await this.text());
    },
  };
}

const TOKENS =
  'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="client_credentials"}';
const DECISIONS = 'ambit_decisions_total{event="token.issued",decision="granted"}';

describe('the metrics of a server that is several processes', () => {
  test('are the same ones, with the same labels, as those of one', async () => {
    const server = createServer(3);
    const [one] = server.processes;
    const text = await server.text();
    const heads = (of: string) => of.split('\n').filter((line) => line.startsWith('#'));
    expect(heads(text)).toEqual(heads((await one.expose()).text));
    expect([...samplesOf(text).keys()].sort()).toEqual([...(await one.read()).keys()].sort());
  });

  test('sum up what was counted and observed', async () => {
    const server = createServer(3);
    const [a, b, c] = server.processes;
    for (const one of [a, b, b, c]) {
      one.observeDecision(issued());
      one.observeRecords('recorded');
      one.observeAnswer('token', 200, 0.002);
    }
    const expected: [string, number][] = [
      [TOKENS, 4],
      [DECISIONS, 4],
      ['ambit_audit_recorded_total', 4],
      ['ambit_http_request_duration_seconds_count{endpoint="token"}', 4],
      ['ambit_http_request_duration_seconds_bucket{le="0.001",endpoint="token"}', 0],
      ['ambit_http_request_duration_seconds_bucket{le="0.0025",endpoint="token"}', 4],
    ];
    for (let n = 0; n < 3; n += 1) {
      const samples = await server.read();
      expect(expected.map(([name]) => [name, samples.get(name)])).toEqual(expected);
    }
  });

  test('never fall when a process ends, and rise by what its successor counts', async () => {
    const server = createServer(2);
    const [a, b] = server.processes;
    for (const one of [a, a, b]) one.observeDecision(issued());
    expect((await server.read()).get(TOKENS)).toBe(3);
    server.alive.delete(0);
    server.sum.end(0);
    expect((await server.read()).get(TOKENS)).toBe(3);
    const successor = createHarness();
    successor.observeDecision(issued());
    server.alive.set(7, successor);
    const samples = await server.read();
    expect(samples.get(TOKENS)).toBe(4);
    expect(samples.get('ambit_audit_pending')).toBe(2); // of those that live
  });

  test('end the series of a catalog version when no process tells it apart any more, not before', async () => {
    const server = createServer(2);
    const [a, b] = server.processes;
    for (const one of [a, b]) one.observeDecision(issued());
    for (const version of [2, 3, 4]) {
      a.active = activeVersion(version);
      a.observeDecision(issued(version));
      expect((await server.read()).get(TOKENS)).toBe(2);
    }
    for (const version of [2, 3, 4]) {
      b.active = activeVersion(version);
      b.observeDecision(issued(version));
    }
    expect((await server.read()).has(TOKENS)).toBe(false);
    a.active = activeVersion(1);
    a.observeDecision(issued(1));
    expect((await server.read()).get(TOKENS)).toBe(1);
  });

  test('join gauges each by its own rule', async () => {
    const server = createServer(2);
    const [a, b] = server.processes;
    a.observeDecision(issued());
    b.observeDecision(issued());
    b.active = activeVersion(9);
    const samples = await server.read();
    expect(samples.get('ambit_audit_pending')).toBe(2);
    expect(samples.get('ambit_catalog_active_version')).toBe(1);
    const [mine] = [samplesOf((await a.expose()).text)];
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(
      1.5 * (mine.get('process_resident_memory_bytes') ?? Infinity),
    );
    expect(samples.get('process_start_time_seconds')).toBe(mine.get('process_start_time_seconds'));
  });

  test('leave out of a gauge what is no number, as it comes from another process', async () => {
    const server = createServer(1);
    const name = 'nodejs_eventloop_lag_mean_seconds';
    const told = (values: readonly (number | null)[]): void => {
      for (const [id, value] of values.entries()) {
        const reading = { name, help: 'x', type: 'gauge', values: [{ labels: {}, value }] };
        server.sum.take(id, [reading] as never);
      }
    };
    told([null, 0.25, 0.5]);
    expect(samplesOf((await server.sum.expose()).text).get(name)).toBe(0.5);
    told([null, null, null]);
    expect(samplesOf((await server.sum.expose()).text).get(name)).toBeNaN();
  });

  test('take what is the same everywhere from whoever could read it', async () => {
    const server = createServer(2);
    server.processes[0].active = undefined;
    expect((await server.read()).get('ambit_catalog_active_version')).toBe(1);
  });
});

test('every gauge of a process says what several of them come to', () => {
  const ofProcess = Object.entries(METRICS).filter(
    ([name, { type }]) => type === 'gauge' && /^(?:process|nodejs)_/.test(name),
  );
  for (const [name, row] of ofProcess) {
    expect([name, row.together]).toEqual([name, expect.any(String)]);
  }
});
