import { describe, expect, test } from '@jest/globals';
import type { SigningKeyRecord } from '../../src/keys/ports.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const aKey = (kid: string, settings: Partial<SigningKeyRecord> = {}): SigningKeyRecord => ({
  kid,
  alg: 'ES256',
  state: 'next',
  publicJwk: { kty: 'EC', kid },
  createdAt: 1,
  ...settings,
});

export function keysContract(open: OpenStore): void {
  describe('signing keys', () => {
    test(
      'keys come back as they were put in, newest first',
      withStore(open, async ({ storage }) => {
        const old = aKey('old', {
          state: 'destroyed',
          activatedAt: 2,
          retiredAt: 3,
          destroyedAt: 4,
        });
        const recent = aKey('recent', { createdAt: 5, alg: 'EdDSA' });
        const privateJwk = Buffer.from('sealed');
        await storage.transaction(async ({ keys }) => {
          await keys.insert(old);
          await keys.insert({ ...recent, privateJwk });
        });
        const [first, second] = await storage.read.keys.list();
        expect(second).toEqual(old);
        expect({ ...first, privateJwk: undefined }).toEqual(recent);
        expect(Buffer.from(first?.privateJwk ?? []).equals(privateJwk)).toBe(true);
      }),
    );

    test(
      'an update replaces everything, a private half that has gone included',
      withStore(open, async ({ storage }) => {
        const privateJwk = Buffer.from('sealed');
        await storage.transaction(({ keys }) => keys.insert(aKey('one', { privateJwk })));
        const retired = aKey('one', { state: 'retired', retiredAt: 9 });
        await storage.transaction(({ keys }) => keys.update(retired));
        expect(await storage.read.keys.list()).toEqual([retired]);
      }),
    );

    test.each(['active', 'next'] as const)('one %s key an algorithm, never two', (state) =>
      withStore(open, async ({ storage }) => {
        const insert = (kid: string, settings: Partial<SigningKeyRecord>) =>
          storage.transaction(({ keys }) => keys.insert(aKey(kid, settings)));
        await insert('one', { state });
        await insert('other-alg', { state, alg: 'PS256' });
        await expect(insert('two', { state })).rejects.toThrow(/unique/i);
      })(),
    );
  });
}
