import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WireActivity } from '@ambit/sdk';
import { introspect, requestToken, revoke, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

test('status counts a client with all that it asked for, once it has proved who it is', async () => {
  const admin = adminCredentials(server.home);
  const create = (name: string): Promise<Credential> =>
    server.json<Credential & Record<string, unknown>>(['client', 'create', name, '--yes']);
  const misled = await create('misled');
  const introspecting = await create('introspecting');
  const claimed = await create('claimed');

  for (const grain of ['client', 'token', 'role', 'catalog']) {
    await requestToken(server, misled, { scope: `ambit.${grain}:read` });
  }
  const token = await tokenOf(server, admin, 'ambit.catalog:read');
  await introspect(server, introspecting, token);
  await introspect(server, introspecting, 'no token');
  await revoke(server, introspecting, token);
  await requestToken(server, { ...claimed, client_secret: 'wrong' });

  const { clients, refused, reasons }: WireActivity = await server.json(['status']);
  const count = new Map(clients.map((client) => [client.name, client.count]));
  expect([count.get('misled'), count.get('introspecting'), count.get('claimed')]).toEqual([
    4,
    3,
    undefined,
  ]);
  expect(refused).toContainEqual({ name: 'token.refused', count: 5 });
  expect(reasons).toContainEqual({ name: 'invalid_client', count: 1 });
});
