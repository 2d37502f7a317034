import { sign, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SIGNING_ALGS } from '@ambit/scope-catalog';
import type { SigningAlg } from '@ambit/scope-catalog';
import fc from 'fast-check';
import { systemActor } from '../../src/actor.ts';
import type { Changes } from '../../src/change.ts';
import { createKeyRingDecoder } from '../../src/keys/decode-key-ring.ts';
import { createKeyService } from '../../src/keys/key-service.ts';
import type { KeyService } from '../../src/keys/key-service.ts';
import { generateSigningKeyPair } from '../../src/keys/signing-key-pair.ts';
import type { SigningKeyPair } from '../../src/keys/signing-key-pair.ts';
import { createVault, generateKey } from '../../src/vault/vault.ts';
import { sealHashKey } from '../../src/vault/unlock-vault.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';
import type { TemporaryStore } from '../support/temporary-store.ts';

const START = Date.UTC(2026, 0, 1);
const MAX_AGE = 300;
const READY_MS = (MAX_AGE + 30) * 1000;
const SPENT_MS = (3600 + 30) * 1000;
const ROTATION = 90 * 86_400;
const actor = systemActor('request-1');

/** Whether a transaction is open, which everybody else who writes has to wait for. */
let locked = false;
/** For each key that was made, whether somebody had to wait for it. */
let made: { readonly locked: boolean }[];

/** Quick keys under any name: an RSA key takes too long to make many. */
async function quickPair(alg: SigningAlg): Promise<SigningKeyPair> {
  made.push({ locked });
  return { ...(await generateSigningKeyPair('EdDSA')), alg };
}

let store: TemporaryStore;
let now: number;
let keys: KeyService;
let decode: ReturnType<typeof createKeyRingDecoder>;

/** The frame of a change without its checks of the actor, which have tests of their own. */
const changes: Changes = (who, _attempt, work) =>
  store.storage.transaction((tx) =>
    work({
      tx,
      now,
      actor: who.principal,
      request: who.request,
      active: undefined as never,
      record: () => tx.revision.advance(['keys']),
    }),
  );

async function openWatchedStore(): Promise<TemporaryStore> {
  const opened = await createTemporaryStore();
  const { storage } = opened;
  const transaction: typeof storage.transaction = (work) =>
    storage.transaction(async (tx) => {
      locked = true;
      try {
        return await work(tx);
      } finally {
        locked = false;
      }
    });
  return { ...opened, storage: { ...storage, transaction } };
}

beforeEach(async () => {
  made = [];
  store = await openWatchedStore();
  now = START;
  const master = generateKey();
  const hashKey = generateKey();
  const vault = createVault(master, hashKey);
  await store.storage.transaction((tx) => tx.vault.insert(sealHashKey(hashKey, master, now)));
  decode = createKeyRingDecoder(vault);
  let ids = 0;
  keys = createKeyService({
    storage: store.storage,
    changes,
    vault,
    clock: () => now,
    newId: () => `id-${(ids += 1)}`,
    jwksMaxAgeSeconds: MAX_AGE,
    rotationSeconds: ROTATION,
    generate: quickPair,
  });
});

afterEach(() => store.close());

async function find(alg: SigningAlg, state: string) {
  const found = (await keys.list()).filter((key) => key.alg === alg && key.state === state);
  expect(found).toHaveLength(1);
  return found[0] as (typeof found)[number];
}

async function expectComplete(): Promise<void> {
  const list = await keys.list();
  for (const alg of SIGNING_ALGS) {
    const states = list.filter((key) => key.alg === alg).map(({ state }) => state);
    expect(states.filter((state) => state === 'active')).toHaveLength(1);
    expect(states.filter((state) => state === 'next')).toHaveLength(1);
  }
}

async function revoke(kid: string) {
  const step = await keys.prepareRevocation(kid);
  return store.storage.transaction((tx) =>
    step({ tx, now, actor: actor.principal, request: { id: 'request-2' } }),
  );
}

describe('signing keys', () => {
  test('bootstrap makes an active and a next key of each algorithm, once', async () => {
    expect(await keys.ensureKeys()).toHaveLength(8);
    await expectComplete();
    expect(await keys.ensureKeys()).toEqual([]);
    expect(await keys.list()).toHaveLength(8);
  });

  test('a key may not sign before every cached JWKS without it has run out', async () => {
    await keys.ensureKeys();
    const next = await find('ES256', 'next');
    now += READY_MS - 1;
    expect(await keys.rotate({ alg: 'ES256' }, actor)).toEqual({
      ok: false,
      error: { code: 'key.not_ready', kid: next.kid, alg: 'ES256', readyAt: START + READY_MS },
    });
    now += 1;
    expect(await keys.rotate({ alg: 'ES256' }, actor)).toMatchObject({ ok: true });
    expect((await find('ES256', 'active')).kid).toBe(next.kid);
  });

  test('a rotation of all algorithms rotates all or none', async () => {
    await keys.ensureKeys();
    now += READY_MS;
    await keys.rotate({ alg: 'EdDSA' }, actor);
    const before = await keys.list();
    expect(await keys.rotate({}, actor)).toMatchObject({ error: { code: 'key.not_ready' } });
    expect(await keys.list()).toEqual(before);
    now += READY_MS;
    const rotated = await keys.rotate({}, actor);
    expect(rotated.ok && rotated.value.map(({ state }) => state)).toHaveLength(12);
  });

  test('retired is final: the private half is gone, the public one stays published', async () => {
    await keys.ensureKeys();
    const { kid } = await find('ES256', 'active');
    now += READY_MS;
    await keys.rotate({ alg: 'ES256' }, actor);
    const record = (await store.storage.read.keys.list()).find((key) => key.kid === kid);
    expect(record).toMatchObject({ state: 'retired', retiredAt: now });
    expect(record).not.toHaveProperty('privateJwk');
    expect(decode(await store.storage.read.keys.list()).published.has(kid)).toBe(true);
    expect(await keys.retire(kid, actor)).toMatchObject({ error: { code: 'key.wrong_state' } });
  });

  test('a retired key stays until the last token it signed has expired', async () => {
    await keys.ensureKeys();
    const { kid } = await find('RS256', 'active');
    now += READY_MS;
    expect(await keys.retire(kid, actor)).toMatchObject({ ok: true });
    const until = now + SPENT_MS;
    now = until - 1;
    expect(await keys.destroy(kid, actor)).toEqual({
      ok: false,
      error: { code: 'key.in_use', kid, until },
    });
    now = until;
    expect(await keys.destroy(kid, actor)).toMatchObject({
      ok: true,
      value: [{ kid, state: 'destroyed', destroyedAt: until }],
    });
    expect(decode(await store.storage.read.keys.list()).published.has(kid)).toBe(false);
  });

  test('a key that signs or is about to is not destroyed', async () => {
    await keys.ensureKeys();
    for (const state of ['active', 'next']) {
      const { kid } = await find('PS256', state);
      expect(await keys.destroy(kid, actor)).toEqual({
        ok: false,
        error: { code: 'key.wrong_state', kid, state },
      });
    }
    expect(await keys.destroy('nobody', actor)).toMatchObject({ error: { code: 'key.not_found' } });
  });

  test('a next key can be retired before it ever signed', async () => {
    await keys.ensureKeys();
    const next = await find('EdDSA', 'next');
    expect(await keys.retire(next.kid, actor)).toMatchObject({ ok: true });
    expect((await find('EdDSA', 'next')).kid).not.toBe(next.kid);
    await expectComplete();
  });

  test('a revoked active key leaves at once and the next one signs, ready or not', async () => {
    await keys.ensureKeys();
    const active = await find('ES256', 'active');
    const next = await find('ES256', 'next');
    expect(await revoke(active.kid)).toEqual({ ok: true, value: undefined });
    expect((await find('ES256', 'active')).kid).toBe(next.kid);
    expect(decode(await store.storage.read.keys.list()).published.has(active.kid)).toBe(false);
    await expectComplete();
    expect(await revoke('nobody')).toEqual({
      ok: false,
      error: { code: 'key.not_found', kid: 'nobody' },
    });
  });

  test('the schedule rotates what is due and destroys what is spent', async () => {
    await keys.ensureKeys();
    const first = await find('ES256', 'active');
    now = START + ROTATION * 1000 - 1;
    expect(await keys.runSchedule()).toEqual([]);
    now += 1;
    expect((await keys.list()).filter(({ overdue }) => overdue)).toHaveLength(4);
    expect(await keys.runSchedule()).toHaveLength(12);
    await expectComplete();
    expect((await keys.list()).find(({ kid }) => kid === first.kid)?.state).toBe('retired');
    expect(await keys.runSchedule()).toEqual([]);
    now += SPENT_MS;
    expect((await keys.runSchedule()).map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'destroyed'),
    );
  });

  test('the schedule rotates nothing where it is switched off', async () => {
    const idle = createKeyService({
      ...{ storage: store.storage, changes, clock: () => now, generate: quickPair },
      vault: createVault(generateKey(), generateKey()),
      newId: () => 'id',
      jwksMaxAgeSeconds: MAX_AGE,
      rotationSeconds: 0,
    });
    await keys.ensureKeys();
    now += 10 * ROTATION * 1000;
    expect(await idle.runSchedule()).toEqual([]);
    expect((await idle.list()).filter(({ overdue }) => overdue)).toEqual([]);
  });

  test('every step is in the audit log with the key, its states and who took it', async () => {
    await keys.ensureKeys();
    const { kid } = await find('ES256', 'active');
    now += READY_MS;
    await keys.rotate({ alg: 'ES256' }, actor);
    const page = { limit: 100, order: 'oldest-first' } as const;
    const { items } = await store.storage.read.audit.list({ event: 'key.retired' }, page);
    expect(items).toMatchObject([
      {
        time: now,
        actor: 'system',
        requestId: 'request-1',
        kid,
        before: { state: 'active' },
        after: { alg: 'ES256', state: 'retired' },
      },
    ]);
    const created = await store.storage.read.audit.list({ event: 'key.created' }, page);
    expect(created.total).toBe(9);
  });

  test('a server that has missed a rekey seals no key', async () => {
    const other = generateKey();
    await store.storage.transaction((tx) =>
      tx.vault.replace(sealHashKey(generateKey(), other, now)),
    );
    await expect(keys.ensureKeys()).rejects.toThrow('the master key was changed');
    expect(await keys.list()).toEqual([]);
  });

  test('keys are made before the store is locked, and only where one is missing', async () => {
    await keys.ensureKeys();
    now += READY_MS;
    await keys.rotate({ alg: 'ES256' }, actor);
    const retired = await find('ES256', 'retired');
    made = [];
    await keys.retire(retired.kid, actor);
    await revoke(retired.kid);
    await revoke('nobody');
    expect(made).toEqual([]);

    await revoke((await find('RS256', 'active')).kid);
    await revoke((await find('RS256', 'next')).kid);
    await keys.retire((await find('PS256', 'next')).kid, actor);
    now += ROTATION * 1000;
    await keys.runSchedule();
    expect(made.length).toBeGreaterThan(3);
    expect(made.filter((key) => key.locked)).toEqual([]);
  });

  test('whatever is done, each algorithm has exactly one active and one next key', async () => {
    const step = fc.record({
      act: fc.constantFrom('rotate', 'rotate-all', 'retire', 'destroy', 'revoke', 'schedule'),
      alg: fc.constantFrom(...SIGNING_ALGS),
      pick: fc.nat(20),
      wait: fc.constantFrom(0, 1000, READY_MS, SPENT_MS, ROTATION * 1000),
    });
    await keys.ensureKeys();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 5 }), async (steps) => {
        for (const { act, alg, pick, wait } of steps) {
          now += wait;
          const list = await keys.list();
          const { kid } = list[pick % list.length] as (typeof list)[number];
          if (act === 'rotate') await keys.rotate({ alg }, actor);
          if (act === 'rotate-all') await keys.rotate({}, actor);
          if (act === 'retire') await keys.retire(kid, actor);
          if (act === 'destroy') await keys.destroy(kid, actor);
          if (act === 'revoke') await revoke(kid);
          if (act === 'schedule') await keys.runSchedule();
          await expectComplete();
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('the key ring', () => {
  test('only the active key of an algorithm can sign, and what it signs verifies', async () => {
    await keys.ensureKeys();
    const ring = decode(await store.storage.read.keys.list());
    const signing = [...ring.published.values()].filter(({ privateKey }) => privateKey);
    expect(new Set(signing)).toEqual(new Set(ring.active.values()));
    const { privateKey, publicKey, publicJwk, kid } = ring.active.get('EdDSA') ?? {};
    const text = Buffer.from('text');
    expect(
      privateKey && publicKey && verify(null, text, publicKey, sign(null, text, privateKey)),
    ).toBe(true);
    expect(publicJwk).toMatchObject({ kid, alg: 'EdDSA', use: 'sig' });
    expect(publicJwk).not.toHaveProperty('d');
  });

  test('a rotation decodes only the keys that moved', async () => {
    await keys.ensureKeys();
    const before = decode(await store.storage.read.keys.list());
    now += READY_MS;
    await keys.rotate({ alg: 'ES256' }, actor);
    const after = decode(await store.storage.read.keys.list());
    expect(after.active.get('EdDSA')).toBe(before.active.get('EdDSA'));
    expect(after.active.get('ES256')).not.toBe(before.active.get('ES256'));
  });

  test.each(SIGNING_ALGS)('a %s key is named by the thumbprint of its public half', async (alg) => {
    const pair = await generateSigningKeyPair(alg);
    expect(pair.kid).toMatch(/^[\w-]{43}$/);
    expect(pair.publicJwk).toMatchObject({ kid: pair.kid, alg, use: 'sig' });
    expect(pair.privateJwk).toHaveProperty('d');
    expect(pair.publicJwk).not.toHaveProperty('d');
  });

  test('a sealed key opens under its own kid alone', async () => {
    await keys.ensureKeys();
    const records = await store.storage.read.keys.list();
    const [one, other] = records.filter(({ state }) => state === 'active');
    const swapped = [{ ...one, privateJwk: other?.privateJwk }] as typeof records;
    expect(() => decode(swapped)).toThrow('another context');
  });
});
