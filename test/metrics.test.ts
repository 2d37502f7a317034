import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { samplesOf } from '../packages/idp/test/support/metrics.ts';
import { introspect, requestToken, revoke, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { promtool, testWithPromtool } from './support/promtool.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let server: TestServer;
let managements: readonly string[];
let admin: Credential;
let demo: Credential;

beforeAll(async () => {
  server = await startServer({
    args: ['--demo'],
    env: { AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0' },
  });
  managements = [...server.output().stdout.matchAll(/"management_port":(\d+)/g)].map(
    ([, port = '']) => `http://127.0.0.1:${port}`,
  );
  admin = adminCredentials(server.home);
  demo = JSON.parse(readFileSync(join(server.home, 'demo.json'), 'utf8')) as Credential;
});
afterAll(() => server.remove());

const ask = (token?: string, method = 'GET'): Promise<Response> =>
  fetch(`${server.url}/metrics`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const textOf = async (management = ''): Promise<string> =>
  (await fetch(`${management}/metrics`)).text();

/** The figures of all servers together. */
async function read(): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const management of managements) {
    for (const [name, value] of samplesOf(await textOf(management))) {
      sums.set(name, (sums.get(name) ?? 0) + value);
    }
  }
  return sums;
}

/** By how much samples have moved, those that have. */
async function movedBy(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await read();
  await work();
  const moved = [...(await read())].flatMap(([name, value]): [string, number][] => {
    const change = value - (before.get(name) ?? 0);
    return change === 0 ? [] : [[name, change]];
  });
  return Object.fromEntries(moved);
}

describe('on the management listener', () => {
  test('metrics are for everybody who reaches it', async () => {
    const [management = ''] = managements;
    const response = await fetch(`${management}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('\nambit_build_info{');
  });

  test('there is nothing but metrics and health', async () => {
    const [management = ''] = managements;
    expect((await fetch(`${management}/health/live`)).status).toBe(200);
    for (const path of ['/oauth2/jwks', '/.well-known/openid-configuration', '/admin/v1/whoami']) {
      expect((await fetch(management + path)).status).toBe(404);
    }
  });
});

describe('[RFC 6750 §3] elsewhere', () => {
  test('metrics are for tokens that carry ambit.metrics:read', async () => {
    const token = await tokenOf(server, admin, 'ambit.metrics:read');
    const response = await ask(token);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('\nambit_build_info{');
    expect((await ask(token, 'HEAD')).status).toBe(200);
    expect((await ask(token, 'POST')).status).toBe(405);
  });

  test('a request without a token is challenged, without an error', async () => {
    const response = await ask();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="ambit"');
    expect(await response.text()).not.toContain('ambit_build_info');
  });

  test('a token that is none, or of another audience, is an invalid token', async () => {
    for (const token of ['e30.e30.e30', await tokenOf(server, demo, 'orders:read')]) {
      const response = await ask(token);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  test('a token without the scope is told which one it lacks', async () => {
    const response = await ask(await tokenOf(server, admin, 'ambit.client:read'));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(
      /error="insufficient_scope".*scope="ambit\.metrics:read"/,
    );
  });

  test('a revoked token reads nothing any more', async () => {
    const token = await tokenOf(server, admin, 'ambit.metrics:read');
    await revoke(server, admin, token);
    expect((await ask(token)).status).toBe(401);
  });
});

test('whoever is turned away from metrics is on record, a client by its name', async () => {
  await ask();
  await ask(await tokenOf(server, admin, 'ambit.client:read'));
  const { items } = await server.json<{ items: Record<string, unknown>[] }>([
    ...['audit', 'list', '--event', 'admin.refused'],
  ]);
  expect(items).toContainEqual(expect.objectContaining({ reason: 'auth.missing' }));
  expect(items[0]).toMatchObject({ actor: 'admin', reason: 'auth.insufficient_scope' });
  expect(items[0]).toMatchObject({ detail: 'GET /metrics needs ambit.metrics:read' });
});

describe('what happens moves the figures:', () => {
  test('a token, its scopes, its record and its answer', async () => {
    expect(await movedBy(() => tokenOf(server, demo, 'orders:read'))).toMatchObject({
      'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="client_credentials"}': 1,
      'ambit_token_scopes_granted_total{scope="orders:read",resource_server="shop-api",catalog_version="1"}': 1,
      'ambit_decisions_total{event="token.issued",decision="granted"}': 1,
      ambit_audit_recorded_total: 1,
      ambit_store_commit_writes_count: 1,
      'ambit_store_commit_duration_seconds_count{kind="group"}': 1,
      'ambit_http_requests_total{endpoint="token",code="200"}': 1,
      'ambit_http_request_duration_seconds_count{endpoint="token"}': 1,
    });
  });

  test('a refusal, by reason', async () => {
    expect(
      await movedBy(() => requestToken(server, demo, { scope: 'payouts:approve' })),
    ).toMatchObject({
      'ambit_tokens_refused_total{resource_server="payments-api",catalog_version="1",reason="invalid_scope"}': 1,
      'ambit_token_scopes_refused_total{scope="payouts:approve",resource_server="payments-api",reason="not_entitled",catalog_version="1"}': 1,
      'ambit_http_requests_total{endpoint="token",code="400"}': 1,
    });
  });

  test('a revocation, and the introspection that it refuses', async () => {
    const token = await tokenOf(server, demo, 'orders:read');
    const moved = await movedBy(async () => {
      await introspect(server, demo, token);
      await server.ambit(['token', 'revoke', token, '--yes']);
      await introspect(server, demo, token);
    });
    expect(moved).toMatchObject({
      'ambit_introspections_total{result="active"}': 1,
      'ambit_introspections_total{result="revoked"}': 1,
      'ambit_revocations_total{kind="jti"}': 1,
      'ambit_decisions_total{event="revocation.created",decision="granted"}': 1,
      'ambit_http_requests_total{endpoint="admin_revocation",code="201"}': 1,
      'ambit_store_commit_duration_seconds_count{kind="change"}': 1,
    });
  });

  test('a change that was not allowed, as a decision', async () => {
    const editor = await server.json<Credential>([
      ...['client', 'create', 'editor-bot', '--role', 'ambit-editor', '--yes'],
    ]);
    const env = {
      AMBIT_URL: server.url,
      AMBIT_CLIENT_ID: editor.client_id,
      AMBIT_CLIENT_SECRET: editor.client_secret,
    };
    expect(
      await movedBy(() =>
        server.ambit(['role', 'assign', 'editor-bot', 'ambit-admin', '--yes'], { env }),
      ),
    ).toMatchObject({ 'ambit_decisions_total{event="role.assigned",decision="refused"}': 1 });
  });

  test('a new secret, by its age and use', async () => {
    const samples = await read();
    expect(samples.get('ambit_client_secrets{age="under_30d",last_used="never"}')).toBeGreaterThan(
      0,
    );
  });

  test('and in the end nothing is pending', async () => {
    const samples = await read();
    const decisions = [...samples]
      .filter(([name]) => name.startsWith('ambit_decisions_total'))
      .reduce((sum, [, value]) => sum + value, 0);
    const [recorded = 0, counted = 0] = ['recorded', 'counted'].map((outcome) =>
      samples.get(`ambit_audit_${outcome}_total`),
    );
    expect(decisions).toBe(recorded + counted);
    expect(samples.get('ambit_audit_pending')).toBe(0);
    expect(samples.get('ambit_audit_failed_total')).toBe(0);
  });
});

testWithPromtool('promtool has nothing to say against the exposition', async () => {
  const text = await textOf(managements[0]);
  expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, stdout: '', stderr: '' });
});
