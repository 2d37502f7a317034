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

/** A derivation and a revocation rule that are over at the same moment. */
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
  });
}
const left = async ({ storage: { read } }: TemporaryStore): Promise<[boolean, number]> => [
  (await read.derivations.find('child')) !== undefined,
  (await read.revocations.list({ limit: 10 })).total,
];

describe('housekeeping', () => {
  const errors: string[] = [];
  const log = { error: (message: string) => void errors.push(message) } as never;
  const done: string[] = [];
  const note = (what: string) => () => Promise.resolve(void done.push(what));
  const keep = (now: number, runSchedule = () => Promise.resolve([])) =>
    createHousekeeping({
      keys: { runSchedule },
      auditKeys: { runSchedule: note('audit key') },
      retention: { dropOld: note('drop'), erasePersonal: note('erase') },
      storage: store.storage,
      clock: () => now,
      log,
    }).run();

  test('forgets derivations and revocation rules once they are over, and none before', async () => {
    await fill(store);
    await keep(EXPIRY_SECONDS * 1000 - 1);
    expect(await left(store)).toEqual([true, 1]);
    await keep(EXPIRY_SECONDS * 1000);
    expect(await left(store)).toEqual([false, 0]);
    expect(errors).toEqual([]);
  });

  test('runs the key schedule, whose failure is logged and holds up nothing else', async () => {
    await fill(store);
    done.length = 0;
    await keep(EXPIRY_SECONDS * 1000, () => Promise.reject(new Error('no keys today')));
    expect(errors).toEqual(['the key schedule failed']);
    expect(await left(store)).toEqual([false, 0]);
    expect(done).toEqual(['audit key', 'drop', 'erase']);
  });

  test('asked again while it is at work, does nothing twice, and is at rest when it is done', async () => {
    const work = Promise.withResolvers<never[]>();
    let runs = 0;
    const housekeeping = createHousekeeping({
      keys: {
        runSchedule() {
          runs += 1;
          return work.promise;
        },
      },
      auditKeys: { runSchedule: note('audit key') },
      retention: { dropOld: note('drop'), erasePersonal: note('erase') },
      storage: store.storage,
      clock: () => 0,
      log,
    });
    done.length = 0;
    const running = [housekeeping.run(), housekeeping.run()];
    const rest = housekeeping.atRest();
    work.resolve([]);
    await rest;
    expect([runs, done]).toEqual([1, ['audit key', 'drop', 'erase']]);
    await Promise.all(running);
    await housekeeping.run();
    expect(runs).toBe(2);
  });
});
