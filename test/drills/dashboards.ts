/**
 * Runs a server under all kinds of traffic with a Prometheus beside it, then asks every panel of the dashboards:
 * `npm run drill:dashboards [-- SECONDS]`, 60 of them by default. Prometheus has to be installed.
 *
 * It is read twice: at the management listener, and at the main one by a token of its own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS, DEPLOY, queriesOf } from '../support/deployment.ts';
import { layOutChain } from '../support/exchange-chain.ts';
import { introspect, post, requestToken, revoke, tokenOf } from '../support/oauth.ts';
import type { Credential } from '../support/oauth.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

/** Panels that have no data here: no scope of the example catalog has a quota. */
const EMPTY = new Set(['Quotas']);

/** What is recorded and shown beside. */
const FIGURES = [
  'ambit:over_privilege:ratio_rate1h',
  'ambit:audit_completeness:ratio',
  'ambit:tokens_unaccounted:current',
  'ambit:scopes_probed:count10m',
];

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const seconds = Number(process.argv[2] ?? 60);
const server = await startServer({
  args: ['--demo'],
  env: { AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0', AMBIT_JWKS_MAX_AGE: '1' },
});
const managementPort = /"management_port":(\d+)/.exec(server.output().stdout)?.[1] ?? '';
const register = (...words: string[]) =>
  server.json<Credential & Record<string, unknown>>(['client', 'create', ...words, '--yes']);

const reader = await register('prometheus', '--role', 'ambit-metrics');
const secretFile = join(server.home, 'prometheus-secret');
writeFileSync(secretFile, reader.client_secret, { mode: 0o600 });
const prometheus = await startPrometheus({
  global: { scrape_interval: '1s', evaluation_interval: '2s' },
  rule_files: [join(DEPLOY, 'prometheus/rules/*.yml')],
  scrape_configs: [
    { job_name: 'ambit', static_configs: [{ targets: [`127.0.0.1:${managementPort}`] }] },
    {
      job_name: 'ambit-by-token',
      oauth2: {
        client_id: 'prometheus',
        client_secret_file: secretFile,
        token_url: `${server.url}/oauth2/token`,
        scopes: ['ambit.metrics:read'],
      },
      // Other names, so that nothing is counted twice.
      metric_relabel_configs: [
        { source_labels: ['__name__'], target_label: '__name__', replacement: 'by_token_$1' },
      ],
      static_configs: [{ targets: [new URL(server.url).host] }],
    },
  ],
});

try {
  await drive(server, seconds);
  const { groups } = await prometheus.ask<{
    groups: { rules: { name: string; health: string; lastError?: string; state?: string }[] }[];
  }>('/api/v1/rules');
  const rules = groups.flatMap((group) => group.rules);
  const { activeTargets } = await prometheus.ask<{
    activeTargets: { labels: { job: string }; health: string; lastError: string }[];
  }>('/api/v1/targets');
  const queries = DASHBOARDS.flatMap((dashboard) =>
    queriesOf(dashboard).map(({ panel, expr }) => ({ panel: `${dashboard.file}: ${panel}`, expr })),
  );
  const empty: string[] = [];
  for (const { panel, expr } of queries) {
    const query = expr
      .replaceAll('$__rate_interval', '15s')
      .replaceAll('$__range', `${String(seconds)}s`)
      .replaceAll(/\$(?:instance|resource_server|catalog_version)/g, '.*');
    if (!(await valuesOf(query)).some(Number.isFinite)) empty.push(panel);
  }
  const unexpected = empty.filter((panel) => !EMPTY.has(panel.split(': ')[1] ?? ''));
  const unhealthy = rules.filter(({ health }) => health !== 'ok');
  const down = activeTargets.filter(({ health }) => health !== 'up');
  console.log(
    JSON.stringify(
      {
        targets: activeTargets.map(({ labels, health, lastError }) => ({
          job: labels.job,
          health,
          ...(lastError === '' ? {} : { lastError }),
        })),
        rules: rules.length,
        unhealthy,
        firing: rules.filter(({ state }) => state === 'firing').map(({ name }) => name),
        figures: Object.fromEntries(
          await Promise.all(FIGURES.map(async (name) => [name, (await valuesOf(name))[0]])),
        ),
        queries: queries.length,
        empty,
      },
      undefined,
      2,
    ),
  );
  process.exitCode = unexpected.length + unhealthy.length + down.length === 0 ? 0 : 1;
} finally {
  await prometheus.remove();
  await server.remove();
}

async function valuesOf(query: string): Promise<number[]> {
  const { result } = await prometheus.ask<{ result: { value: [number, string] }[] }>(
    '/api/v1/query',
    { query },
  );
  return result.map(({ value }) => Number(value[1]));
}

/** Keeps a server busy with what its metrics tell apart. */
async function drive(target: TestServer, forSeconds: number): Promise<void> {
  const chain = await layOutChain(target);
  const admin = await register('all-round', '--role', 'admin');
  const warehouse = await register('picker', '--role', 'warehouse');
  const shop = await register('shop-guard', '--resource-server', 'shop-api');
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) {
    const token = await tokenOf(target, admin, 'orders:read orders:cancel');
    await introspect(target, shop, token);
    await revoke(target, admin, token);
    await introspect(target, shop, token);
    await tokenOf(target, warehouse, 'stock:adjust');
    await requestToken(target, warehouse, { scope: 'payouts:approve' });
    await requestToken(target, warehouse, { scope: 'no-such:scope' });
    await requestToken(target, { ...warehouse, client_secret: 'wrong' });
    await chain.introspect(await chain.run());
    await post(`${target.url}/oauth2/token`, warehouse, {
      grant_type: TOKEN_EXCHANGE,
      subject_token: await tokenOf(target, admin, 'orders:read'),
      subject_token_type: ACCESS_TOKEN,
    });
    await post(`${target.url}/oauth2/token`, undefined, {
      grant_type: JWT_BEARER,
      assertion: 'e30.e30.e30',
    });
    await target.ambit(['token', 'revoke', '--client', 'picker', '--yes']);
  }
}
