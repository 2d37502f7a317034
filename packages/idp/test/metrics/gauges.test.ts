import { describe, expect, test } from '@jest/globals';
import type { KeyInfo } from '../../src/keys/key-service.ts';
import { activeVersion, createHarness } from '../support/metrics.ts';
import { shopWith } from '../support/shop-catalog.ts';

const DAY = 86_400_000;

const key = (settings: Partial<KeyInfo>): KeyInfo => ({
  kid: 'k',
  alg: 'ES256',
  state: 'active',
  publicJwk: {},
  createdAt: 0,
  publishedAt: 0,
  overdue: false,
  ...settings,
});

describe('the gauges of signing keys', () => {
  test('tell how long the oldest of each state has been in it, and of none that is destroyed', async () => {
    const metrics = createHarness();
    const { now } = metrics;
    metrics.keys = [
      key({ state: 'next', createdAt: now - 5_000 }),
      key({ createdAt: now - 90_000, activatedAt: now - 60_000 }),
      key({ state: 'retired', createdAt: 0, activatedAt: 0, retiredAt: now - 1_000 }),
      key({ state: 'retired', createdAt: 0, activatedAt: 0, retiredAt: now - 2_000 }),
      key({ state: 'destroyed', destroyedAt: 0 }),
    ];
    const samples = [...(await metrics.read())].filter(([name]) => name.includes('key_age'));
    expect(Object.fromEntries(samples)).toEqual({
      'ambit_signing_key_age_seconds{alg="ES256",state="next"}': 5,
      'ambit_signing_key_age_seconds{alg="ES256",state="active"}': 60,
      'ambit_signing_key_age_seconds{alg="ES256",state="retired"}': 2,
    });
  });

  test('say 1 of an algorithm whose key signs for too long, and 0 of the others', async () => {
    const metrics = createHarness();
    metrics.keys = [key({ overdue: true }), key({ alg: 'EdDSA' })];
    const samples = [...(await metrics.read())].filter(([name]) => name.includes('overdue'));
    expect(Object.fromEntries(samples)).toEqual({
      'ambit_signing_key_overdue{alg="ES256"}': 1,
      'ambit_signing_key_overdue{alg="EdDSA"}': 0,
      'ambit_signing_key_overdue{alg="RS256"}': 0,
      'ambit_signing_key_overdue{alg="PS256"}': 0,
    });
  });
});

test('the gauges of the audit log tell whether it can be written, why not, and what that comes to', async () => {
  const metrics = createHarness();
  const read = async () =>
    Object.fromEntries(
      [...(await metrics.read())].filter(([name]) => /_stall|_reserve_whole/.test(name)),
    );
  const whole = {
    'ambit_audit_stalled{cause="full"}': 0,
    'ambit_audit_stalled{cause="locked"}': 0,
    'ambit_audit_stalled{cause="failing"}': 0,
    ambit_audit_stall_refused: 0,
    ambit_audit_stall_unrecorded: 0,
    ambit_store_reserve_whole: 1,
  };
  expect(await read()).toEqual(whole);
  const stall = { since: 0, cause: 'full', refused: 7, unrecorded: 40 } as const;
  metrics.stall = { ...stall, isReserveWhole: false };
  expect(await read()).toEqual({
    ...whole,
    'ambit_audit_stalled{cause="full"}': 1,
    ambit_audit_stall_refused: 7,
    ambit_audit_stall_unrecorded: 40,
    ambit_store_reserve_whole: 0,
  });
  metrics.stall = { ...stall, cause: 'locked', isReserveWhole: true };
  expect(await read()).toMatchObject({
    'ambit_audit_stalled{cause="locked"}': 1,
    ambit_store_reserve_whole: 1,
  });
});

describe('the gauge of secrets', () => {
  const sample = (age: string, lastUsed: string) =>
    `ambit_client_secrets{age="${age}",last_used="${lastUsed}"}`;

  test('tells how many there are of each age and last use, 0 included', async () => {
    const metrics = createHarness();
    metrics.countSecrets = (question) => {
      expect(question).toEqual({
        now: metrics.now,
        ageBounds: [0, 30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY],
        useBounds: [0, DAY, 7 * DAY, 30 * DAY, 90 * DAY],
      });
      return Promise.resolve([
        { age: 0, count: 4 },
        { age: 4, lastUse: 1, count: 2 },
      ]);
    };
    const samples = await metrics.read();
    expect(samples.get(sample('under_30d', 'never'))).toBe(4);
    expect(samples.get(sample('over_365d', '1d_to_7d'))).toBe(2);
    expect(samples.get(sample('over_365d', 'never'))).toBe(0);
    expect(
      [...samples.keys()].filter((name) => name.startsWith('ambit_client_secrets')),
    ).toHaveLength(30);
  });

  test('is counted once in five minutes, however often it is read, and again after it failed', async () => {
    const metrics = createHarness();
    let asked = 0;
    metrics.countSecrets = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the store is gone');
      return [];
    };
    await metrics.read();
    await Promise.all([metrics.read(), metrics.read()]);
    metrics.now += 299_999;
    await metrics.read();
    expect(asked).toBe(2);
    metrics.now += 1;
    await metrics.read();
    expect(asked).toBe(3);
  });
});

test('the sunset of a deprecated scope is told while it is deprecated', async () => {
  const metrics = createHarness();
  metrics.active = activeVersion(
    7,
    shopWith([
      'read: { description: See orders }',
      'read: { description: See orders, deprecated: { since: 2026-06-02, sunset: 2026-07-01 } }',
    ]),
  );
  const sunset = async () =>
    (await metrics.read()).get(
      'ambit_scope_sunset_timestamp_seconds{scope="orders:read",resource_server="shop-api"}',
    );
  metrics.now = Date.parse('2026-06-01');
  expect(await sunset()).toBeUndefined();
  metrics.now = Date.parse('2026-06-02');
  expect(await sunset()).toBe(Date.parse('2026-07-01') / 1000);
  metrics.now = Date.parse('2026-07-01');
  expect(await sunset()).toBeUndefined();
  expect((await metrics.read()).get('ambit_catalog_active_version')).toBe(7);
});

describe('what is observed beside decisions', () => {
  test('is the size of groups, and how long groups and changes took', async () => {
    const metrics = createHarness();
    metrics.observeCommit({ kind: 'group', writes: 3, seconds: 0.002 });
    metrics.observeCommit({ kind: 'change', writes: 1, seconds: 0.02 });
    const samples = await metrics.read();
    expect(samples.get('ambit_store_commit_writes_sum')).toBe(3);
    expect(samples.get('ambit_store_commit_writes_count')).toBe(1);
    expect(samples.get('ambit_store_commit_duration_seconds_sum{kind="group"}')).toBe(0.002);
    expect(samples.get('ambit_store_commit_duration_seconds_sum{kind="change"}')).toBe(0.02);
  });

  test('is each answer by endpoint and status, with those that were turned away for their number', async () => {
    const metrics = createHarness();
    metrics.observeAnswer('token', 200, 0.004);
    metrics.observeAnswer('token', 429, 0.001);
    metrics.observeAnswer('token', 418, 0.001);
    const samples = await metrics.read();
    expect(samples.get('ambit_http_requests_total{endpoint="token",code="200"}')).toBe(1);
    expect(samples.get('ambit_http_requests_total{endpoint="token",code="418"}')).toBe(1);
    expect(samples.get('ambit_http_requests_total{endpoint="revocation",code="503"}')).toBe(0);
    expect(samples.get('ambit_requests_limited_total{endpoint="token"}')).toBe(1);
    expect(
      samples.get('ambit_http_request_duration_seconds_bucket{le="0.0025",endpoint="token"}'),
    ).toBe(2);
  });

  test('is each quota that a token was counted in', async () => {
    const metrics = createHarness();
    metrics.observeQuota({ scope: 'orders:read', mode: 'observe', exceeded: true });
    metrics.observeQuota({ scope: 'orders:read', mode: 'enforce', exceeded: false });
    const samples = await metrics.read();
    const series = (mode: string, result: string) =>
      `ambit_quota_observations_total{scope="orders:read",mode="${mode}",result="${result}"}`;
    expect(samples.get(series('observe', 'exceeded'))).toBe(1);
    expect(samples.get(series('enforce', 'within'))).toBe(1);
  });
});
