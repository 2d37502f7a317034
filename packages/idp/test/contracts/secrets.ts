import { describe, expect, test } from '@jest/globals';
import type { ClientSecret } from '../../src/clients/client.ts';
import { aClient } from './clients.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const NOW = 1_000_000;
const QUESTION = { now: NOW, ageBounds: [0, 100, 1_000], useBounds: [0, 50] };

const secret = (id: string, createdAt: number, more: Partial<ClientSecret> = {}): ClientSecret => ({
  id,
  createdAt,
  keyId: '0a1b2c3d',
  hash: Buffer.from(`hash of ${id}`),
  ...more,
});

export function secretsContract(open: OpenStore): void {
  describe('secrets', () => {
    test(
      'are counted by age and last use, each bucket from its bound on',
      withStore(open, async ({ storage }) => {
        await storage.transaction(async (tx) => {
          await tx.clients.insert(
            aClient('one', {
              secrets: [
                secret('new', NOW),
                secret('almost', NOW - 99, { lastUsedAt: NOW - 49 }),
                secret('middle', NOW - 100, { lastUsedAt: NOW - 50 }),
              ],
            }),
          );
          await tx.clients.insert(
            aClient('two', {
              secrets: [
                secret('old', NOW - 1_000, { lastUsedAt: NOW - 50 }),
                secret('older', 0, { lastUsedAt: 0 }),
                secret('ahead', NOW + 5, { lastUsedAt: NOW + 5 }),
              ],
            }),
          );
        });
        const counts = await storage.read.secrets.countSecrets(QUESTION);
        expect(new Set(counts)).toEqual(
          new Set([
            { age: 0, count: 1 },
            { age: 0, lastUse: 0, count: 2 },
            { age: 1, lastUse: 1, count: 1 },
            { age: 2, lastUse: 1, count: 2 },
          ]),
        );
      }),
    );

    test(
      'are not counted where they have expired or their client is disabled',
      withStore(open, async ({ storage }) => {
        await storage.transaction(async (tx) => {
          await tx.clients.insert(
            aClient('one', {
              secrets: [
                secret('expired', 0, { expiresAt: NOW }),
                secret('live', NOW, { expiresAt: NOW + 1 }),
              ],
            }),
          );
          await tx.clients.insert(aClient('off', { enabled: false, secrets: [secret('its', 0)] }));
          await tx.clients.insert(aClient('bare'));
        });
        expect(await storage.read.secrets.countSecrets(QUESTION)).toEqual([{ age: 0, count: 1 }]);
      }),
    );

    test(
      'are each counted once, however many clients there are',
      withStore(open, async ({ storage }) => {
        for (const clients of [500, 501, 1_203]) {
          await storage.transaction(async (tx) => {
            const { total } = await tx.clients.list({ limit: 1 });
            for (let index = total; index < clients; index += 1) {
              const secrets = [secret('a', NOW), secret('b', 0)];
              await tx.clients.insert(aClient(`client-${String(index)}`, { secrets }));
            }
          });
          const counts = await storage.read.secrets.countSecrets(QUESTION);
          expect(new Set(counts)).toEqual(
            new Set([
              { age: 0, count: clients },
              { age: 2, count: clients },
            ]),
          );
        }
      }),
    );

    test(
      'of nobody are none',
      withStore(open, async ({ storage }) => {
        expect(await storage.read.secrets.countSecrets(QUESTION)).toEqual([]);
      }),
    );
  });
}
