import { expect, test } from '@jest/globals';
import { createRevokeOwnToken } from '../../src/revocation/revoke-own-token.ts';
import { createHouse } from '../support/house.ts';

test('the record of a revocation says whose token it was, for what, who acted, and by which catalog', async () => {
  const house = await createHouse();
  try {
    await house.keys.ensureKeys();
    const snapshot = await house.snapshots.current();
    const [server] = snapshot.catalog.compiled.resourceServers.values();
    const revoke = createRevokeOwnToken({ ...house, newId: () => 'rule' });
    const claims = {
      ...{ iss: 'https://id.example', aud: server?.audience ?? '', sub: 'front', jti: 'j' },
      ...{ client_id: 'payments', scope: 'orders:read orders:write', iat: 0, exp: 9 },
      ...{ catalog_version: 1, rev: 1, act: { sub: 'payments', act: { sub: 'orders' } } },
    };
    await revoke(claims, 'payments', { request: { id: 'r' }, snapshot });
    const { items } = await house.storage.read.audit.list(
      { event: 'token.revoked' },
      { limit: 9, order: 'oldest-first' },
    );
    expect(items).toMatchObject([
      {
        decision: 'granted',
        actor: 'payments',
        client: 'payments',
        subject: 'front',
        actors: ['payments', 'orders'],
        resourceServer: server?.name,
        audience: server?.audience,
        grantedScopes: ['orders:read', 'orders:write'],
        catalogVersion: snapshot.catalog.version,
        jti: 'j',
        expiresAt: 9,
      },
    ]);
  } finally {
    await house.close();
  }
});
