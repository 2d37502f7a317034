import { describe, expect, test } from '@jest/globals';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

export function replaysContract(open: OpenStore): void {
  describe('replays', () => {
    test(
      'a key is claimed once until its time is over, inside a transaction and outside',
      withStore(open, async ({ storage }) => {
        const { claim } = storage.read.replays;
        expect(await claim('a', 10, 1)).toBe(true);
        expect(await claim('a', 99, 9)).toBe(false);
        expect(await storage.transaction((tx) => tx.replays.claim('a', 99, 9))).toBe(false);
        expect(await claim('b', 10, 9)).toBe(true);
        expect(await storage.transaction((tx) => tx.replays.claim('a', 20, 10))).toBe(true);
        expect(await claim('a', 30, 19)).toBe(false);
        expect(await claim('a', 30, 20)).toBe(true);
      }),
    );

    test(
      'of many claims at once exactly one succeeds',
      withStore(open, async ({ storage }) => {
        const claims = Array.from({ length: 20 }, () => storage.read.replays.claim('a', 10, 1));
        expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      }),
    );

    test(
      'claims whose time is over are forgotten on the way, however many there are',
      withStore(open, async ({ storage: { read } }) => {
        for (let n = 0; n < 40; n += 1) await read.replays.claim(`old-${n}`, 10, 1);
        for (let n = 0; n < 3; n += 1) await read.replays.claim(`new-${n}`, 99, 10);
        // With the clock turned back, a claim that was still kept would refuse this one.
        for (let n = 0; n < 40; n += 1) {
          expect(await read.replays.claim(`old-${n}`, 10, 1)).toBe(true);
        }
      }),
    );
  });
}
