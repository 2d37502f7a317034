import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compose } from '../src/compose/compose.ts';
import type { Ambit } from '../src/compose/compose.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { createLog } from '../src/log/log.ts';
import type { Log } from '../src/log/log.ts';
import { sealHashKey } from '../src/vault/unlock-vault.ts';
import { createVault, generateKey } from '../src/vault/vault.ts';
import { createTemporaryStore } from './support/temporary-store.ts';
import type { TemporaryStore } from './support/temporary-store.ts';

const YEAR_MS = 365 * 86_400_000;

const quiet = () => undefined;

let store: TemporaryStore;
beforeEach(async () => {
  store = await createTemporaryStore();
});
afterEach(() => store.close());

/** The house on an empty store. */
async function composeOn({
  env = {},
  log = { error: quiet, warn: quiet, info: quiet, debug: quiet },
  clock = Date.now,
}: {
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: Log;
  readonly clock?: () => number;
}): Promise<Ambit> {
  const config = loadConfig(env);
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const [master, hashKey] = [generateKey(), generateKey()];
  await store.storage.transaction((tx) => tx.vault.insert(sealHashKey(hashKey, master, clock())));
  return compose({
    config: config.value,
    issuer: 'https://id.example',
    storage: store.storage,
    examiner: store.examiner,
    vault: createVault(master, hashKey),
    log,
    clock,
  });
}

/** The keys that sign, at the start and after a year in which the house was looked after. */
async function signingKeys(rotationDays: string): Promise<readonly [unknown, unknown]> {
  let now = Date.parse('2026-01-01');
  const ambit = await composeOn({
    env: { AMBIT_KEY_ROTATION_DAYS: rotationDays },
    clock: () => now,
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

test('a metric that cannot be read is named in the log', async () => {
  const written = new PassThrough();
  const ambit = await composeOn({ log: createLog('info', written) });
  await store.close();
  await ambit.metrics.read();
  const lines = String(written.read()).trim().split('\n');
  const said = lines.map((line) => JSON.parse(line) as { msg: string; metric: string });
  expect(said.filter(({ msg }) => msg === 'metric not read').map(({ metric }) => metric)).toEqual(
    expect.arrayContaining(['catalog_active_version', 'signing_key_age_seconds']),
  );
});
