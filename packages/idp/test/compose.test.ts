import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compose } from '../src/compose/compose.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { sealHashKey } from '../src/vault/unlock-vault.ts';
import { createVault, generateKey } from '../src/vault/vault.ts';
import { createTemporaryStore } from './support/temporary-store.ts';
import type { TemporaryStore } from './support/temporary-store.ts';

const YEAR_MS = 365 * 86_400_000;

let store: TemporaryStore;
beforeEach(async () => {
  store = await createTemporaryStore();
});
afterEach(() => store.close());

/** The keys that sign, at the start and after a year in which the house was looked after. */
async function signingKeys(rotationDays: string): Promise<readonly [unknown, unknown]> {
  const config = loadConfig({ AMBIT_KEY_ROTATION_DAYS: rotationDays });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  let now = Date.parse('2026-01-01');
  const clock = () => now;
  const [master, hashKey] = [generateKey(), generateKey()];
  await store.storage.transaction((tx) => tx.vault.insert(sealHashKey(hashKey, master, now)));
  const quiet = () => undefined;
  const ambit = await compose({
    config: config.value,
    issuer: 'https://id.example',
    storage: store.storage,
    examiner: store.examiner,
    vault: createVault(master, hashKey),
    log: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    clock,
  });
  const active = async () =>
    (await ambit.keys.list()).filter(({ state }) => state === 'active').map(({ kid }) => kid);
  const before = await active();
  now += YEAR_MS;
  await ambit.housekeep();
  return [before.sort(), (await active()).sort()];
}

test('AMBIT_KEY_ROTATION_DAYS: a key that has signed for so long is rotated by itself', async () => {
  const [before, after] = await signingKeys('90');
  expect(after).not.toEqual(before);
});

test('AMBIT_KEY_ROTATION_DAYS: with 0, no key is ever rotated by itself', async () => {
  const [before, after] = await signingKeys('0');
  expect(after).toEqual(before);
});
