import { describe, expect, test } from '@jest/globals';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const record = (masterKeyId: string) => ({
  masterKeyId,
  sealedHashKey: Buffer.from(`sealed under ${masterKeyId}`),
  sealedAt: 1,
});

export function vaultContract(open: OpenStore): void {
  describe('the vault record', () => {
    test(
      'there is none at first, one from then on, and never a second',
      withStore(open, async ({ storage }) => {
        expect(await storage.read.vault.find()).toBeUndefined();
        await storage.transaction((tx) => tx.vault.insert(record('first')));
        await expect(
          storage.transaction((tx) => tx.vault.insert(record('second'))),
        ).rejects.toThrow(/unique/i);
        expect((await storage.read.vault.find())?.masterKeyId).toBe('first');
        await storage.transaction((tx) => tx.vault.replace(record('second')));
        const { sealedHashKey, ...rest } = (await storage.read.vault.find()) ?? record('none');
        expect(rest).toEqual({ masterKeyId: 'second', sealedAt: 1 });
        expect(Buffer.from(sealedHashKey).toString()).toBe('sealed under second');
      }),
    );
  });
}
