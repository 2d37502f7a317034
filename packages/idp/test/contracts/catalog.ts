import { describe, expect, test } from '@jest/globals';
import type { CatalogVersion } from '../../src/catalog/ports.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const aVersion = (version: number): CatalogVersion => ({
  version,
  digest: `sha256:${version}`,
  name: 'acme-cloud',
  comment: `change ${version}`,
  publishedAt: 1_000 + version,
  publishedBy: 'admin',
  scopeCount: version,
  document: {
    catalog: 'acme-cloud',
    resourceServers: {},
    roles: { viewer: { description: 'sieht alles – “alles”', scopes: [] } },
  },
});

const summary = ({ document: _, ...rest }: CatalogVersion) => rest;

export function catalogContract(open: OpenStore): void {
  describe('catalog versions', () => {
    const withVersions = (count: number, promise: Parameters<typeof withStore>[1]) =>
      withStore(open, async (store) => {
        await store.storage.transaction(async (tx) => {
          for (let n = 0; n < count; n += 1) await tx.catalog.insert(aVersion(n));
        });
        await promise(store);
      });

    test(
      'a version comes back as it was published, and by its digest',
      withVersions(2, async ({ storage: { read } }) => {
        expect(await read.catalog.find(1)).toEqual(aVersion(1));
        expect(await read.catalog.findByDigest('sha256:1')).toEqual(summary(aVersion(1)));
        expect(await read.catalog.find(2)).toBeUndefined();
        expect(await read.catalog.findByDigest('sha256:2')).toBeUndefined();
      }),
    );

    test(
      'none is active at first, and exactly the one activated last from then on',
      withVersions(3, async ({ storage }) => {
        expect(await storage.read.catalog.activeVersion()).toBeUndefined();
        await storage.transaction((tx) => tx.catalog.activate(2));
        await storage.transaction((tx) => tx.catalog.activate(0));
        expect(await storage.read.catalog.activeVersion()).toBe(0);
        await expect(storage.transaction((tx) => tx.catalog.activate(9))).rejects.toThrow();
        expect(await storage.read.catalog.activeVersion()).toBe(0);
      }),
    );

    test(
      'numbers follow one another, and no document is kept twice',
      withVersions(2, async ({ storage }) => {
        const insert = (version: CatalogVersion) =>
          storage.transaction((tx) => tx.catalog.insert(version));
        await expect(insert(aVersion(3))).rejects.toThrow('the next one is 2');
        await expect(insert(aVersion(1))).rejects.toThrow('the next one is 2');
        await expect(insert({ ...aVersion(2), digest: 'sha256:1' })).rejects.toThrow(/unique/i);
      }),
    );

    test(
      'pages are newest first and together hold every version once',
      withVersions(5, async ({ storage: { read } }) => {
        const first = await read.catalog.list({ limit: 3 });
        const second = await read.catalog.list({ limit: 3, before: 2 });
        expect(first).toEqual({ items: [4, 3, 2].map((n) => summary(aVersion(n))), total: 5 });
        expect(second).toEqual({ items: [1, 0].map((n) => summary(aVersion(n))), total: 5 });
      }),
    );
  });
}
