import type { CompiledQuota, ScopeQuota } from '@ambit/scope-catalog';
import { describe, expect, test } from '@jest/globals';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const quotaOf = (
  scope: string,
  limit: number,
  { holder = 'web', ...more }: Partial<CompiledQuota & { holder: string }> = {},
): ScopeQuota => ({
  scope,
  holder,
  quota: { limit, windowSeconds: 60, per: 'client', mode: 'enforce', ...more },
});

export function quotasContract(open: OpenStore): void {
  describe('quotas', () => {
    test(
      'a quota is claimed up to its limit until its window ends, inside a transaction and outside',
      withStore(open, async ({ storage }) => {
        const { claim } = storage.read.quotas;
        const quotas = [quotaOf('orders:read', 2)];
        const first = { granted: true, counts: [{ used: 1, resetsAt: 61_000, exceeded: false }] };
        expect(await claim(quotas, 1_000)).toMatchObject(first);
        const second = { granted: true, counts: [{ used: 2, resetsAt: 61_000 }] };
        expect(await storage.transaction((tx) => tx.quotas.claim(quotas, 2_000))).toMatchObject(
          second,
        );
        const full = { granted: false, counts: [{ used: 2, resetsAt: 61_000, exceeded: true }] };
        expect(await claim(quotas, 60_999)).toMatchObject(full);
        expect(await storage.transaction((tx) => tx.quotas.claim(quotas, 60_999))).toMatchObject(
          full,
        );
        const next = { granted: true, counts: [{ used: 1, resetsAt: 121_000 }] };
        expect(await claim(quotas, 61_000)).toMatchObject(next);
      }),
    );

    test(
      'what is refused counts in none of its quotas, and opens no window',
      withStore(open, async ({ storage }) => {
        const narrow = quotaOf('orders:write', 1);
        const wide = quotaOf('orders:read', 9);
        const claims = [
          (now: number, ...quotas: ScopeQuota[]) => storage.read.quotas.claim(quotas, now),
          (now: number, ...quotas: ScopeQuota[]) =>
            storage.transaction((tx) => tx.quotas.claim(quotas, now)),
        ];
        await storage.read.quotas.claim([narrow], 1);
        for (const claim of claims) expect((await claim(2, wide, narrow)).granted).toBe(false);
        const { counts } = await storage.read.quotas.claim([wide], 3);
        expect(counts).toMatchObject([{ used: 1, resetsAt: 60_003 }]);
      }),
    );

    test(
      'of many claims at once exactly as many succeed as the limit says',
      withStore(open, async ({ storage: { read, transaction } }) => {
        const quotas = [quotaOf('orders:read', 7), quotaOf('orders:write', 50)];
        const claims = Array.from({ length: 40 }, (_, index) =>
          index % 4 === 0
            ? transaction((tx) => tx.quotas.claim(quotas, 1))
            : read.quotas.claim(quotas, 1),
        );
        const granted = (await Promise.all(claims)).filter((decision) => decision.granted);
        expect(granted).toHaveLength(7);
        const write = await read.quotas.claim([quotaOf('orders:write', 50)], 1);
        expect(write.counts).toMatchObject([{ used: 8 }]);
      }),
    );

    test(
      'a claim that comes while a transaction is open is no part of it',
      withStore(open, async ({ storage }) => {
        const quotas = [quotaOf('orders:read', 9)];
        const between: Promise<unknown>[] = [];
        const work = storage.transaction(async (tx) => {
          await tx.quotas.claim(quotas, 1);
          between.push(storage.read.quotas.claim(quotas, 1));
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error('changed my mind');
        });
        await expect(work).rejects.toThrow('changed my mind');
        expect(await Promise.all(between)).toMatchObject([{ counts: [{ used: 1 }] }]);
        expect((await storage.read.quotas.claim(quotas, 1)).counts).toMatchObject([{ used: 2 }]);
      }),
    );

    test(
      'scopes, clients and subjects are counted apart, and a window of another length anew',
      withStore(open, async ({ storage }) => {
        const apart = [
          quotaOf('orders:read', 1),
          quotaOf('orders:write', 1),
          quotaOf('orders:read', 1, { holder: 'worker' }),
          quotaOf('orders:read', 1, { per: 'subject' }),
          quotaOf('orders:read', 1, { windowSeconds: 61 }),
        ];
        for (const quota of apart) {
          expect((await storage.read.quotas.claim([quota], 1)).granted).toBe(true);
        }
        for (const quota of apart) {
          expect((await storage.read.quotas.claim([quota], 1)).granted).toBe(false);
        }
      }),
    );

    test(
      'another limit goes on with what is counted, and one that is observed counts on beyond it',
      withStore(open, async ({ storage }) => {
        const { claim } = storage.read.quotas;
        for (let n = 0; n < 3; n += 1) await claim([quotaOf('orders:read', 3)], 1);
        expect((await claim([quotaOf('orders:read', 2)], 1)).granted).toBe(false);
        const observed = quotaOf('orders:read', 2, { mode: 'observe' });
        expect(await claim([observed], 1)).toMatchObject({
          granted: true,
          counts: [{ used: 4, exceeded: true }],
        });
        expect((await claim([quotaOf('orders:read', 5)], 1)).counts).toMatchObject([{ used: 5 }]);
      }),
    );

    test(
      'windows that have ended are forgotten, and none before',
      withStore(open, async ({ storage }) => {
        const { claim, prune } = storage.read.quotas;
        const early = quotaOf('orders:read', 1);
        const late = quotaOf('orders:write', 1, { windowSeconds: 120 });
        await claim([early, late], 1_000);
        await prune(60_999);
        expect((await claim([early], 60_999)).granted).toBe(false);
        await prune(61_000);
        // With the clock turned back, a window that was still kept would refuse this one.
        expect((await claim([early], 1_000)).granted).toBe(true);
        expect((await claim([late], 1_000)).granted).toBe(false);
        await storage.transaction((tx) => tx.quotas.prune(121_000));
        expect((await claim([late], 1_000)).granted).toBe(true);
      }),
    );
  });
}
