import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSnapshots } from '../../src/snapshot/create-snapshots.ts';
import { createHouse, ISSUER } from '../support/house.ts';
import type { House } from '../support/house.ts';

let house: House;
beforeAll(async () => {
  house = await createHouse();
});
afterAll(() => house.close());

test('a name that no client can have is looked for nowhere', async () => {
  const asked: string[] = [];
  const { read } = house.storage;
  const snapshots = createSnapshots({
    read: {
      ...read,
      clients: {
        ...read.clients,
        find(clientId) {
          asked.push(clientId);
          return Promise.resolve(undefined);
        },
      },
    },
    issuer: ISSUER,
    clock: house.clock,
    decodeKeyRing: () => ({ published: new Map(), active: new Map() }),
  });
  const { findClient } = await snapshots.current();
  for (const name of ['a\0b', '', '..', 'x'.repeat(65), '\ud800', 'deploy-bot']) {
    expect(await findClient(name)).toBeUndefined();
  }
  expect(asked).toEqual(['deploy-bot']);
});
