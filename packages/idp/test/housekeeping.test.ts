import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHousekeeping } from '../src/housekeeping.ts';
import { createTemporaryStore } from './support/temporary-store.ts';
import type { TemporaryStore } from './support/temporary-store.ts';

let store: TemporaryStore;
beforeEach(async () => {
  store = await createTemporaryStore();
});
afterEach(() => store.close());

const EXPIRY_SECONDS = 100;

/** A quota window that ends at the same moment, a token away from being full. */
const QUOTA = {
  scope: 'orders:read',
  holder: 'web',
  quota: { limit: 1, windowSeconds: EXPIRY_SECONDS, per: 'client', mode: 'enforce' },
} as const;

/** A derivation, a revocation rule and a quota window that are over at the same moment. */
async function fill({ storage }: TemporaryStore): Promise<void> {
  await storage.transaction(async (tx) => {
    const record = {
      time: 1,
      event: 'token.exchanged',
      decision: 'granted',
      requestId: 'r',
    } as const;
    const root = {
      jti: 'root',
      sub: 'a',
      clientId: 'a',
      audience: 'https://a.example',
      scopes: [],
    };
    await tx.audit.append(record, {
      ...{ jti: 'child', parentJti: 'root', root, steps: [], ancestors: [] },
      expiresAt: EXPIRY_SECONDS,
    });
    await tx.revocations.insert({
      ...{ id: 'rule', revision: 1, createdAt: 1, createdBy: 'admin', kind: 'jti', jti: 'child' },
      expiresAt: EXPIRY_SECONDS * 1000,
    });
    await tx.quotas.claim([QUOTA], 0);
  });
}
const left = async ({ storage: { read } }: TemporaryStore): Promise<[boolean, number, boolean]> => [
  (await read.derivations.find('child')) !== undefined,
  (await read.revocations.list({ limit: 10 })).total,
  !(await read.quotas.claim([QUOTA], 0)).granted,
];

describe('housekeeping', () => {
  const errors: string[] = [];
  const log = { error: (message: string) => void errors.push(message) } as never;
  const keep = (now: number, runSchedule = () => Promise.resolve([])) =>
    createHousekeeping({
      keys: { runSchedule },
      decisions: { writeCounted: () => Promise.resolve() },
      storage: store.storage,
      clock: () => now,
      log,
    })();

  test('forgets derivations, revocation rules and quota windows once they are over, and none before', async () => {
    await fill(store);
    await keep(EXPIRY_SECONDS * 1000 - 1);
    expect(await left(store)).toEqual([true, 1, true]);
    await keep(EXPIRY_SECONDS * 1000);
    expect(await left(store)).toEqual([false, 0, false]);
    expect(errors).toEqual([]);
  });

  test('runs the key schedule, whose failure is logged and holds up nothing else', async () => {
    await fill(store);
    await keep(EXPIRY_SECONDS * 1000, () => Promise.reject(new Error('no keys today')));
    expect(errors).toEqual(['the key schedule failed']);
    expect(await left(store)).toEqual([false, 0, false]);
  });
});
