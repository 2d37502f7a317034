import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { introspect, requestToken, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { startOtlpReceiver } from './support/otlp-receiver.ts';
import type { OtlpReceiver, ReceivedSpan } from './support/otlp-receiver.ts';
import { adminCredentials, startServer, temporaryFolder } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

const demoCredentials = (home: string): Credential =>
  JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as Credential;

describe('traces', () => {
  let receiver: OtlpReceiver;
  let server: TestServer;
  let token: string;
  let secrets: string[];

  const spanOf = (...facts: readonly (readonly [string, unknown])[]): ReceivedSpan => {
    const span = receiver.spans.find(({ attributes }) =>
      facts.every(([name, value]) => attributes[name] === value),
    );
    if (!span) throw new Error(`no span of ${JSON.stringify(facts)}`);
    return span;
  };

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    server = await startServer({
      args: ['--demo'],
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      },
    });
    const demo = demoCredentials(server.home);
    const admin = adminCredentials(server.home);
    token = await tokenOf(server, demo, 'orders:read');
    secrets = [token, demo.client_secret, admin.client_secret, 'ambit_wrong-secret'];
    await requestToken(server, demo, { scope: 'orders:read payouts:approve' });
    await requestToken(server, { ...demo, client_secret: 'ambit_wrong-secret' });
    await introspect(server, demo, token);
    await fetch(`${server.url}/admin/v1/clients/${token}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await fetch(`${server.url}/oauth2/jwks?token=${token}`, {
      headers: { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' },
    });
    await fetch(`${server.url}/health/live`);
    await server.ambit(['client', 'create', 'worker', '--role', 'viewer', '--yes']);
    expect(await server.stop()).toBe(0); // what was not sent yet is sent now
  });
  afterAll(async () => {
    await server.remove();
    await receiver.close();
  });

  test('tell of an issued token which scopes were asked for and granted, to whom and by which version', () => {
    const span = spanOf(['ambit.event', 'token.issued'], ['ambit.client_id', 'demo']);
    expect(span.name).toBe('POST /oauth2/token');
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/oauth2/token',
      'http.response.status_code': 200,
      'ambit.request_id': expect.any(String),
      'ambit.event': 'token.issued',
      'ambit.decision': 'granted',
      'ambit.client_id': 'demo',
      'ambit.resource_server': 'shop-api',
      'ambit.scopes.requested': ['orders:read'],
      'ambit.scopes.granted': ['orders:read'],
      'ambit.scopes.refused': [],
      'ambit.catalog_version': 1,
    });
  });

  test('tell of a refusal why, and which scopes it was about', () => {
    expect(spanOf(['ambit.reason', 'invalid_scope']).attributes).toMatchObject({
      'ambit.event': 'token.refused',
      'ambit.decision': 'refused',
      'ambit.client_id': 'demo',
      'ambit.scopes.requested': ['orders:read', 'payouts:approve'],
      'ambit.scopes.refused': expect.arrayContaining(['payouts:approve']),
      'http.response.status_code': 400,
    });
  });

  test('tell of an introspection and of a change, too', () => {
    expect(spanOf(['ambit.event', 'token.introspected']).attributes).toMatchObject({
      'ambit.decision': 'granted',
      'ambit.scopes.granted': ['orders:read'],
    });
    expect(spanOf(['ambit.event', 'client.created']).attributes).toMatchObject({
      'http.route': '/admin/v1',
      'ambit.client_id': 'admin',
    });
  });

  test('[W3C Trace Context §3.2] continue the trace of whoever asks', () => {
    const span = spanOf(['http.route', '/oauth2/jwks']);
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, traceState: 'vendor=1' });
  });

  test('leave probes out', () => {
    expect(receiver.spans.map(({ name }) => name).join()).not.toContain('health');
  });

  test('say who sends them, and what OTEL_RESOURCE_ATTRIBUTES adds', () => {
    expect(receiver.resources[0]).toMatchObject({
      'service.name': 'ambit',
      'service.version': expect.any(String),
      'deployment.environment.name': 'test',
    });
  });

  test('hold no token, secret or assertion, in whatever place it was sent', () => {
    expect(receiver.raw.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(receiver.raw.join('\n')).not.toContain(secret);
  });
});

describe('without traces', () => {
  /** Which modules of OpenTelemetry a server has loaded by its end. */
  async function loaded(env: Readonly<Record<string, string>>): Promise<string[]> {
    const coverage = temporaryFolder();
    const server = await startServer({ env: { ...env, NODE_V8_COVERAGE: coverage } });
    await server.remove();
    const files = readdirSync(coverage).map((name) => readFileSync(join(coverage, name), 'utf8'));
    rmSync(coverage, { recursive: true });
    const names = files.join().matchAll(/node_modules\/(@opentelemetry\/[\w-]+)\//g);
    return [...new Set([...names].map(([, name = '']) => name))].sort();
  }

  /** prom-client asks the API, which does nothing by itself, whether there is a meter provider. */
  const OF_PROM_CLIENT = ['@opentelemetry/api'];

  test('nothing of their SDK is loaded', async () => {
    expect(await loaded({})).toEqual(OF_PROM_CLIENT);
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    expect(await loaded({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toEqual(OF_PROM_CLIENT);
    expect(await loaded(endpoint)).toEqual(
      expect.arrayContaining(['@opentelemetry/exporter-trace-otlp-http']),
    );
  });

  test('by a sampler that wants none, none are sent', async () => {
    const receiver = await startOtlpReceiver();
    const server = await startServer({
      args: ['--demo'],
      env: {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/traces`,
        OTEL_TRACES_SAMPLER: 'always_off',
      },
    });
    await tokenOf(server, demoCredentials(server.home), 'orders:read');
    await server.remove();
    await receiver.close();
    expect(receiver.raw).toEqual([]);
  });
});

test('a collector that cannot be reached stops no token and no end, and the log says so', async () => {
  const server = await startServer({
    args: ['--demo'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    },
  });
  await tokenOf(server, demoCredentials(server.home), 'orders:read');
  expect(await server.stop()).toBe(0);
  const { stdout, stderr } = server.output();
  await server.remove();
  expect(stderr).toBe('');
  expect(stdout).toContain('"msg":"tracing"');
  expect(stdout).toContain('ECONNREFUSED');
});
