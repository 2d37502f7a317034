import { describe, expect, test } from '@jest/globals';
import type { Client, ClientSecret } from '../../src/clients/client.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

export const aClient = (clientId: string, settings: Partial<Client> = {}): Client => ({
  clientId,
  enabled: true,
  assignments: [],
  auth: 'secret',
  resourceServers: [],
  defaultScopes: [],
  scopePolicy: 'strict',
  secrets: [],
  createdAt: 1_000,
  updatedAt: 1_000,
  revision: 1,
  ...settings,
});

const aSecret = (id: string, createdAt: number): ClientSecret => ({
  id,
  createdAt,
  keyId: '0a1b2c3d',
  hash: Buffer.from(`hash of ${id}`),
});

const everything = aClient('everything', {
  enabled: false,
  assignments: [{ role: 'editor', until: 9_000 }, { role: 'viewer' }],
  auth: 'tls_client_auth',
  resourceServers: [{ name: 'shop-api', audience: 'https://api.acme.example' }],
  defaultScopes: ['orders:read', 'orders:write'],
  scopePolicy: 'partial',
  jwks: { keys: [{ kty: 'EC', x: 'x' }] },
  tlsSubjectDn: 'CN=shop',
  tlsSanDns: 'shop.example',
  tlsSanUri: 'spiffe://shop',
  federatedIssuer: 'github-actions',
  introspectionAlg: 'EdDSA',
  secrets: [{ ...aSecret('s1', 1), label: 'first', expiresAt: 5, lastUsedAt: 3 }, aSecret('s2', 2)],
});

export function clientsContract(open: OpenStore): void {
  describe('clients', () => {
    const withClients = (clients: readonly Client[], promise: Parameters<typeof withStore>[1]) =>
      withStore(open, async (store) => {
        await store.storage.transaction(async (tx) => {
          for (const client of clients) await tx.clients.insert(client);
        });
        await promise(store);
      });

    test(
      'a client comes back as it was put in, with the least and the most it can hold',
      withClients([aClient('bare'), everything], async ({ storage }) => {
        expect(await storage.read.clients.find('bare')).toEqual(aClient('bare'));
        const found = await storage.read.clients.find('everything');
        expect({ ...found, secrets: [] }).toEqual({ ...everything, secrets: [] });
        expect(found?.secrets.map((secret) => ({ ...secret, hash: [...secret.hash] }))).toEqual(
          everything.secrets.map((secret) => ({ ...secret, hash: [...secret.hash] })),
        );
        expect(await storage.read.clients.find('nobody')).toBeUndefined();
      }),
    );

    test(
      'a client is the same inside a transaction, outside and in lists',
      withClients([everything], async ({ storage }) => {
        const found = await storage.read.clients.find('everything');
        expect(await storage.transaction((tx) => tx.clients.find('everything'))).toEqual(found);
        expect((await storage.read.clients.list({ limit: 1 })).items).toEqual([found]);
        expect(await storage.read.clients.listByRole('viewer')).toEqual([found]);
      }),
    );

    test(
      'names are never reused',
      withClients([aClient('one')], async ({ storage }) => {
        await storage.transaction((tx) => tx.clients.delete('one'));
        expect(await storage.read.clients.find('one')).toBeUndefined();
        expect(await storage.read.clients.isNameTaken('one')).toBe(true);
        expect(await storage.read.clients.isNameTaken('two')).toBe(false);
        await expect(
          storage.transaction((tx) => tx.clients.insert(aClient('one'))),
        ).rejects.toThrow();
      }),
    );

    test(
      'a deleted client leaves neither secrets nor roles',
      withClients([everything], async ({ storage }) => {
        await storage.transaction((tx) => tx.clients.delete('everything'));
        expect(await storage.read.clients.listByRole('viewer')).toEqual([]);
        expect(await storage.read.clients.listForPlan()).toEqual([]);
      }),
    );

    test(
      'an update replaces everything but the birth, the secrets and the roles',
      withClients([everything], async ({ storage }) => {
        const changed = aClient('everything', { createdAt: 7, updatedAt: 8_000, revision: 4 });
        await storage.transaction((tx) => tx.clients.update(changed));
        const { assignments } = everything;
        const found = await storage.read.clients.find('everything');
        expect(found?.secrets).toHaveLength(2);
        expect({ ...found, secrets: [] }).toEqual({ ...changed, createdAt: 1_000, assignments });
      }),
    );

    test(
      'roles are put, moved in time and taken away',
      withClients([aClient('one')], async ({ storage }) => {
        const roles = async () => (await storage.read.clients.find('one'))?.assignments;
        await storage.transaction(async ({ clients }) => {
          await clients.putAssignment('one', { role: 'viewer' });
          await clients.putAssignment('one', { role: 'editor', until: 5 });
        });
        expect(await roles()).toEqual([{ role: 'editor', until: 5 }, { role: 'viewer' }]);
        await storage.transaction(async ({ clients }) => {
          await clients.putAssignment('one', { role: 'viewer', until: 9 });
          await clients.putAssignment('one', { role: 'editor' });
        });
        expect(await roles()).toEqual([{ role: 'editor' }, { role: 'viewer', until: 9 }]);
        await storage.transaction((tx) => tx.clients.deleteAssignment('one', 'editor'));
        expect(await roles()).toEqual([{ role: 'viewer', until: 9 }]);
      }),
    );

    test(
      'secrets are added, touched and taken away one by one; touching moves no revision',
      withClients([aClient('one'), aClient('two')], async ({ storage }) => {
        await storage.transaction(async ({ clients }) => {
          await clients.insertSecret('one', aSecret('b', 2));
          await clients.insertSecret('one', aSecret('a', 1));
          await clients.insertSecret('two', aSecret('c', 1));
        });
        const before = await storage.read.revision.read();
        await storage.read.clients.touchSecret('one', 'b', 77);
        await storage.transaction((tx) => tx.clients.deleteSecret('one', 'a'));
        expect(await storage.read.revision.read()).toEqual(before);
        const [b, ...others] = (await storage.read.clients.find('one'))?.secrets ?? [];
        expect(others).toEqual([]);
        expect(b).toMatchObject({ id: 'b', lastUsedAt: 77 });
        expect((await storage.read.clients.find('two'))?.secrets).toHaveLength(1);
      }),
    );

    test(
      'pages are in order of names and together hold every client once',
      withClients(
        ['d', 'a', 'c', 'b'].map((name) => aClient(name)),
        async ({ storage }) => {
          const first = await storage.read.clients.list({ limit: 3 });
          const second = await storage.read.clients.list({ limit: 3, after: 'c' });
          expect([first, second].map(({ items }) => items.map((c) => c.clientId))).toEqual([
            ['a', 'b', 'c'],
            ['d'],
          ]);
          expect([first.total, second.total]).toEqual([4, 4]);
        },
      ),
    );

    test(
      'a role that very many hold is listed whole',
      withClients(
        Array.from({ length: 1_001 }, (_, n) =>
          aClient(`client-${n}`, { assignments: [{ role: 'viewer' }] }),
        ),
        async ({ storage: { read } }) => {
          const holders = await read.clients.listByRole('viewer');
          expect(new Set(holders.map(({ clientId }) => clientId)).size).toBe(1_001);
          expect(holders.every(({ assignments }) => assignments.length === 1)).toBe(true);
        },
      ),
    );

    test(
      'a plan is told of every client with its roles, default scopes and bindings',
      withClients([everything, aClient('a')], async ({ storage }) => {
        const { clientId, enabled, assignments, defaultScopes, resourceServers } = everything;
        expect(await storage.read.clients.listForPlan()).toEqual([
          { clientId: 'a', enabled: true, assignments: [], defaultScopes: [], resourceServers: [] },
          { clientId, enabled, assignments, defaultScopes, resourceServers },
        ]);
      }),
    );
  });
}
