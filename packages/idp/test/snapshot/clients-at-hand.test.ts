import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHouse } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { snapshotsOver } from '../support/snapshots-over.ts';

let house: House;
beforeAll(async () => {
  house = await createHouse();
});
afterAll(() => house.close());

test('a name that no client can have is looked for nowhere', async () => {
  const asked: string[] = [];
  const { read } = house.storage;
  const snapshots = snapshotsOver(house, {
    clients: {
      ...read.clients,
      find(clientId) {
        asked.push(clientId);
        return Promise.resolve(undefined);
      },
    },
  });
  const { findClient } = await snapshots.current();
  for (const name of ['a\0b', '', '..', 'x'.repeat(65), '\ud800', 'deploy-bot']) {
    expect(await findClient(name)).toBeUndefined();
  }
  expect(asked).toEqual(['deploy-bot']);
});

test('a client at hand keeps no more of its secrets than their hashes', async () => {
  await house.register('deploy-bot');
  const { findClient } = await snapshotsOver(house, {}).current();
  const [secret] = (await findClient('deploy-bot'))?.secrets ?? [];
  // A part of a larger buffer would keep all of it.
  expect(secret?.hash.buffer.byteLength).toBe(secret?.hash.byteLength);
});
