import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHouse, DAY, must, START } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { SHOP } from '../support/shop-catalog.ts';

let house: House;

beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

test('who-can names every enabled holder of a live role, and until when', async () => {
  const root = await house.actor('root');
  await house.register('off', ['viewer']);
  must(await house.clients.disable('off', root));
  await house.register('temp');
  must(await house.clients.assignRole('temp', 'viewer', START + DAY, root));
  must(await house.clients.assignRole('temp', 'clerk', START + 2 * DAY, root));
  expect(must(await house.access.whoCan('orders:read'))).toEqual([
    { clientId: 'eve', roles: ['viewer'] },
    { clientId: 'plain', roles: ['viewer'] },
    { clientId: 'temp', roles: ['clerk', 'viewer'], until: START + 2 * DAY },
  ]);
  house.pass(DAY);
  expect(must(await house.access.whoCan('orders:read'))).toContainEqual({
    clientId: 'temp',
    roles: ['clerk'],
    until: START + 2 * DAY,
  });
  expect(await house.access.whoCan('orders:red')).toMatchObject({
    error: { code: 'scope.unknown' },
  });
});

test('what-can names every scope with the roles that bring it', async () => {
  await house.register('both', ['viewer', 'editor']);
  expect(must(await house.access.whatCan('both'))).toEqual([
    { scope: 'orders:read', resourceServer: 'shop-api', roles: ['editor', 'viewer'] },
    { scope: 'orders:write', resourceServer: 'shop-api', roles: ['editor'] },
  ]);
  expect(await house.access.whatCan('nobody')).toMatchObject({
    error: { code: 'client.not_found' },
  });
});

test('nobody can have a retired scope, whatever roles grant it', async () => {
  const retired = 'risk: high, deprecated: { since: 2026-01-01, sunset: 2026-06-02 }';
  await house.publish(SHOP.replace('risk: high', retired));
  await house.register('refunder', ['clerk']);
  const scopes = async () => must(await house.access.whatCan('refunder')).map(({ scope }) => scope);
  expect(must(await house.access.whoCan('orders:refund'))).toHaveLength(1);
  expect(await scopes()).toEqual(['orders:read', 'orders:refund', 'orders:write']);
  house.pass(DAY);
  expect(must(await house.access.whoCan('orders:refund'))).toEqual([]);
  expect(await scopes()).toEqual(['orders:read', 'orders:write']);
});

test('explain says why, or which roles would help', async () => {
  expect(must(await house.access.explain('plain', 'orders:write'))).toMatchObject({
    entitled: false,
    wouldHelp: ['editor', 'clerk'],
  });
  expect(must(await house.access.explain('plain', 'orders:read'))).toMatchObject({
    entitled: true,
    paths: [{ role: 'viewer', through: ['viewer'] }],
  });
});

test('roles are told with their holders, built-in ones marked', async () => {
  const roles = await house.access.listRoles();
  expect(roles.find(({ role }) => role.name === 'viewer')).toMatchObject({
    builtIn: false,
    clients: 2,
  });
  expect(roles.find(({ role }) => role.name === 'ambit-admin')).toMatchObject({
    builtIn: true,
    clients: 1,
  });
  expect(must(await house.access.findRole('ambit-admin')).clients).toEqual([
    { clientId: 'root', disabled: false },
  ]);
  expect(await house.access.findRole('none')).toMatchObject({ error: { code: 'role.not_found' } });
});
