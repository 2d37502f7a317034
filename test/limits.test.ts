import { afterEach, describe, expect, test } from '@jest/globals';
import { requestToken, revoke, tokenOf } from './support/oauth.ts';
import { restart } from './support/restart.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let server: TestServer;
afterEach(() => server.remove());

const adminToken = (): Promise<string> =>
  tokenOf(server, adminCredentials(server.home), 'ambit.client:read ambit.audit:read');

async function askAdmin(token: string, path = '/whoami') {
  const response = await fetch(`${server.url}/admin/v1${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

describe('the requests of a client', () => {
  test('for metrics count as well', async () => {
    server = await startServer({ args: ['--client-requests-per-minute', '3'] });
    const token = await tokenOf(server, adminCredentials(server.home), 'ambit.metrics:read');
    const ask = () =>
      fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    for (const left of [1, 0]) {
      const { status, headers } = await ask();
      expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"client";q=3;w=60']);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"client";r=${String(left)};t=\\d+$`));
    }
    const refused = await ask();
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ code: 'request.limited' });

    server = await restart(server, { AMBIT_CLIENT_REQUESTS_PER_MINUTE: '0' });
    // By the client that it was refused to, as whoever looks for it would ask.
    const { items } = await server.json<{ items: Record<string, unknown>[] }>([
      ...['audit', 'list', '--event', 'token.limited', '--client', 'admin'],
    ]);
    expect(items).toMatchObject([{ actor: 'admin', detail: 'GET /metrics' }]);
  });

  test('to the admin API and the OAuth endpoints are limited together, as a problem there, and put on record', async () => {
    server = await startServer({ args: ['--client-requests-per-minute', '4'] });
    const token = await adminToken();
    const answers = [await askAdmin(token), await askAdmin(token), await askAdmin(token)];
    for (const [index, { status, headers }] of answers.entries()) {
      expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"client";q=4;w=60']);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"client";r=${2 - index};t=\\d+$`));
    }
    const refused = await askAdmin(token);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body).toMatchObject({
      type: 'urn:ambit:problem:request.limited',
      status: 429,
      code: 'request.limited',
      detail: 'this client may make 4 requests in 60 s',
    });
    expect((await requestToken(server, adminCredentials(server.home))).status).toBe(429);

    // The one who asks is limited too, so the log is read by a server that counts nothing.
    server = await restart(server, { AMBIT_CLIENT_REQUESTS_PER_MINUTE: '0' });
    const { items } = await server.json<{ items: Record<string, unknown>[] }>([
      ...['audit', 'list', '--event', 'token.limited'],
    ]);
    expect(items.map(({ actor, reason }) => [actor, reason]).sort()).toEqual([
      ['admin', 'request.limited'],
      ['admin', 'temporarily_unavailable'],
    ]);
  });
});

describe('access tokens that are none, at the admin API', () => {
  test('are 401 five times and then 429, for whoever shows no right one', async () => {
    server = await startServer();
    const token = await adminToken();
    const forged = `${token.slice(0, -8)}AAAAAAAA`;
    const statuses: number[] = [];
    const waits: (string | null)[] = [];
    for (let n = 0; n < 8; n += 1) {
      const { status, headers } = await askAdmin(forged);
      statuses.push(status);
      waits.push(headers.get('retry-after'));
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect(waits.slice(5)).toEqual(['1', '2', '4']);
    expect((await askAdmin(token)).status).toBe(200);
    expect((await askAdmin(forged)).status).toBe(401);
  });

  test('are not those that have merely been revoked, whose bearers must learn that they need another', async () => {
    server = await startServer();
    const admin = adminCredentials(server.home);
    const token = await adminToken();
    await revoke(server, admin, token);
    for (let n = 0; n < 8; n += 1) expect((await askAdmin(token)).status).toBe(401);
  });
});
