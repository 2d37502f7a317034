import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { layOutShop } from './support/fault-shop.ts';
import type { FaultShop } from './support/fault-shop.ts';
import { health } from './support/health.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { until } from './support/until.ts';

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
if (!hasPrlimit) console.warn('skipped: there is no `prlimit` here');

/** What a quota does, and needs no rights over the machine: no file of the server may grow beyond what it is. */
(hasPrlimit ? describe : describe.skip)('a server whose files may grow no further', () => {
  let server: TestServer;
  let shop: FaultShop;
  let token: string;

  const limit = (bytes: number | 'unlimited'): void => {
    const words = ['--pid', String(server.child.pid), `--fsize=${bytes}:unlimited`];
    if (spawnSync('prlimit', words).status !== 0) throw new Error('the limit was not set');
  };

  beforeAll(async () => {
    server = await startServer();
    shop = await layOutShop(() => server);
    token = String((await shop.token()).body['access_token']);
    limit(statSync(join(server.home, 'ambit.db-wal')).size);
  });
  afterAll(() => server.remove());

  test('issues no token, says why, and goes on to introspect', async () => {
    const { status, headers, body } = await shop.token();
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toMatchObject({ error: 'temporarily_unavailable' });
    for (const by of ['secret', 'assertion'] as const) {
      const answer = await shop.introspect(token, by);
      expect([answer.status, answer.body['active']]).toEqual([200, true]);
    }
    const ready = await health(server, 'ready');
    expect([ready.status, ready.body['reason']]).toEqual([
      503,
      'the audit log cannot be written: no space is left on the disk',
    ]);
    expect((await health(server, 'live')).status).toBe(200);
  });

  test('issues them again without a restart once they may', async () => {
    limit('unlimited');
    await until(async () => (await shop.token()).status === 200);
    expect((await health(server, 'ready')).status).toBe(200);
  });
});
