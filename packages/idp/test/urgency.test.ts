import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRevokeOwnToken } from '../src/revocation/revoke-own-token.ts';
import type { Actor } from '../src/actor.ts';
import type { Urgency } from '../src/storage.ts';
import { createHouse, must } from './support/house.ts';
import type { House } from './support/house.ts';
import { SHOP } from './support/shop-catalog.ts';

let house: House;
let root: Actor;
const urgencies: Urgency[] = [];

beforeEach(async () => {
  house = await createHouse((urgency) => urgencies.push(urgency));
  await house.keys.ensureKeys();
  root = await house.actor('root');
});
afterEach(() => house.close());

/** What an administrator, or a client, can change; the changes that only take power away are committed on a full disk. */
const CHANGES: readonly (readonly [Urgency, string, () => Promise<unknown>])[] = [
  ['securing', 'disabling a client', () => house.clients.disable('plain', root)],
  ['ordinary', 'enabling a client', () => house.clients.enable('plain', root)],
  ['securing', 'deleting a client', () => house.clients.remove('plain', root)],
  [
    'ordinary',
    'registering a client',
    () => house.clients.create({ clientId: 'new', roles: [], settings: {} }, root),
  ],
  ['ordinary', 'changing a client', () => house.clients.update('plain', {}, root)],
  ['ordinary', 'adding a secret', () => house.clients.addSecret('plain', {}, root)],
  ['securing', 'revoking a secret', () => house.clients.revokeSecret('plain', 'any', root)],
  [
    'ordinary',
    'assigning a role',
    () => house.clients.assignRole('plain', 'editor', undefined, root),
  ],
  ['securing', 'taking a role away', () => house.clients.unassignRole('plain', 'viewer', root)],
  [
    'securing',
    'revoking tokens',
    () => house.revocations.revoke({ kind: 'client', clientId: 'plain' }, undefined, root),
  ],
  [
    'securing',
    'revoking a token as its client',
    async () =>
      createRevokeOwnToken({ ...house, newId: () => 'rule' })(
        {
          ...{ iss: 'https://id.example', aud: 'https://api.shop.example', sub: 'plain' },
          ...{ client_id: 'plain', scope: 'orders:read', iat: 0, exp: 1, jti: 'j' },
          ...{ catalog_version: 1, rev: 1 },
        },
        'plain',
        { request: { id: 'r' }, snapshot: await house.snapshots.current() },
      ),
  ],
  ['securing', 'retiring a key', () => house.keys.retire('any', root)],
  ['securing', 'destroying a key', () => house.keys.destroy('any', root)],
  [
    'ordinary',
    'publishing a catalog',
    () => house.catalog.publish({ source: `${SHOP}\n`, comment: 'again' }, root),
  ],
];

test.each(CHANGES)('%s is %s', async (urgency, _what, make) => {
  urgencies.length = 0;
  await make();
  expect(urgencies).toEqual([urgency]);
});

test('a change of keys by themselves is ordinary', async () => {
  house.pass(100 * 86_400_000);
  urgencies.length = 0;
  must({ ok: true, value: await house.keys.runSchedule() });
  expect(urgencies).toEqual(['ordinary']);
});
