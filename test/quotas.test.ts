import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { requestToken } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { orderCatalog } from './support/order-catalog.ts';
import { restart } from './support/restart.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let server: TestServer;
afterEach(() => server.remove());

test('what a quota has counted outlives the server', async () => {
  server = await startServer();
  const action = {
    description: 'Pay money back',
    quota: { limit: 2, windowSeconds: 86_400, per: 'client' },
  };
  const file = join(server.home, 'catalog.json');
  writeFileSync(file, orderCatalog({ refund: action }));
  await server.json(['catalog', 'publish', file, '--comment', 'quota', '--yes']);
  const clerk = await server.json<Credential & Record<string, unknown>>([
    ...['client', 'create', 'clerk', '--role', 'clerk', '--yes'],
  ]);
  const ask = async () => (await requestToken(server, clerk, { scope: 'orders:refund' })).status;
  expect(await ask()).toBe(200);
  server = await restart(server);
  expect(await ask()).toBe(200);
  expect(await ask()).toBe(429);
  server = await restart(server);
  expect(await ask()).toBe(429);
});
