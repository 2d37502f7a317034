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
/** By how much the clock may be put back, for which what is over is kept. */
const KEPT_MS = 600_000;

/** A quota window that ends at the same moment, a token away from being full. */
const QUOTA = {
  scope: 'orders:read',
  holder: 'web',
  quota: { limit: 1, windowSeconds: EXPIRY_SECONDS, per: 'client', mode: 'enforce' },
} as const;

/** A derivation and a revocation rule that may be forgotten at the same moment, and a quota window that has ended by then. */
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
      expiresAt: EXPIRY_SECONDS * 1000 + KEPT_MS,
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
  const done: string[] = [];
  const note = (what: string) => () => Promise.resolve(void done.push(what));
  const keep = (now: number, runSchedule = () => Promise.resolve([])) =>
    createHousekeeping({
      keys: { runSchedule },
      auditKeys: { runSchedule: note('audit key') },
      decisions: { writeCounted: note('counted') },
      retention: { dropOld: note('drop'), erasePersonal: note('erase') },
      storage: store.storage,
      clock: () => now,
      log,
    }).run();

  test('forgets derivations, revocation rules and quota windows once they are over, and none before', async () => {
    await fill(store);
    await keep(EXPIRY_SECONDS * 1000 + KEPT_MS - 1);
    expect((await left(store)).slice(0, 2)).toEqual([true, 1]);
    await keep(EXPIRY_SECONDS * 1000 + KEPT_MS);
    expect(await left(store)).toEqual([false, 0, false]);
    expect(errors).toEqual([]);
  });

  test('runs the key schedule, whose failure is logged and holds up nothing else', async () => {
    await fill(store);
    done.length = 0;
    await keep(EXPIRY_SECONDS * 1000 + KEPT_MS, () => Promise.reject(new Error('no keys today')));
    expect(errors).toEqual(['the key schedule failed']);
    expect(await left(store)).toEqual([false, 0, false]);
    expect(done).toEqual(['audit key', 'counted', 'drop', 'erase']);
  });

  test('waits while nothing ordinary can be written, having asked whether that is still so', async () => {
    await fill(store);
    const stall = {
      since: 1,
      cause: 'full',
      refused: 0,
      unrecorded: 0,
      isReserveWhole: true,
    } as const;
    const told: string[] = [];
    done.length = 0;
    let asked = 0;
    await createHousekeeping({
      keys: { runSchedule: () => Promise.reject(new Error('was run')) },
      auditKeys: { runSchedule: note('audit key') },
      decisions: { writeCounted: note('counted') },
      retention: { dropOld: note('drop'), erasePersonal: note('erase') },
      storage: {
        ...store.storage,
        stall: () => Promise.resolve((asked += 1) > 0 ? stall : undefined),
      },
      clock: () => EXPIRY_SECONDS * 1000 + KEPT_MS,
      log: {
        error: (message) => void told.push(message),
        warn: (message) => void told.push(message),
      },
    }).run();
    expect([asked, told]).toEqual([1, ['housekeeping waits until the audit log can be written']]);
    expect(await left(store)).toEqual([true, 1, true]);
    expect(done).toEqual([]);
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
      decisions: { writeCounted: note('counted') },
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
    expect([runs, done]).toEqual([1, ['audit key', 'counted', 'drop', 'erase']]);
    await Promise.all(running);
    await housekeeping.run();
    expect(runs).toBe(2);
  });
});
