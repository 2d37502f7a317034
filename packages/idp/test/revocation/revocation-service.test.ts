import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/actor.ts';
import type { RevocationMatch } from '../../src/revocation/ports.ts';
import { createHouse, must, START } from '../support/house.ts';
import type { House } from '../support/house.ts';

/** By how much the clock may be put back: a rule is kept that much longer than any token it covers lives. */
const CLOCK_STEP_MS = 600_000;
const LONGEST_MS = 3_600_000 + CLOCK_STEP_MS;

let house: House;
let rita: Actor;

beforeEach(async () => {
  house = await createHouse();
  rita = await house.actor('rita');
});
afterEach(() => house.close());

const revoke = (match: RevocationMatch, reason?: string) =>
  house.revocations.revoke(match, reason, rita);

test.each<RevocationMatch>([
  { kind: 'jti', jti: 'abc' },
  { kind: 'client', clientId: 'plain' },
  { kind: 'scope', scope: 'orders:read' },
  { kind: 'version', version: 0 },
  { kind: 'issued-before', issuedBefore: START / 1000 },
])('%j becomes a rule that is kept until its last token has expired', async (match) => {
  const rule = must(await revoke(match, 'incident 7'));
  expect(rule).toMatchObject({ ...match, createdBy: 'rita', reason: 'incident 7' });
  expect(rule.expiresAt).toBe(START + LONGEST_MS);
  expect(rule.revision).toBe((await house.storage.read.revision.read()).revocations);
  expect((await house.revocations.list({ limit: 9 })).items).toEqual([rule]);
  expect((await house.newestAudit())[0]).toMatchObject({
    event: 'revocation.created',
    actor: 'rita',
    revision: rule.revision,
    after: match,
  });
});

test.each<[RevocationMatch, string]>([
  [{ kind: 'client', clientId: 'nobody' }, 'client.not_found'],
  [{ kind: 'scope', scope: 'orders:red' }, 'scope.unknown'],
  [{ kind: 'version', version: 2 }, 'catalog.not_found'],
  [{ kind: 'key', kid: 'none' }, 'key.not_found'],
  [{ kind: 'issued-before', issuedBefore: START / 1000 + 1 }, 'revocation.in_future'],
])('%j is refused as %s, and nothing is revoked', async (match, code) => {
  const before = await house.state();
  expect(await revoke(match)).toMatchObject({ ok: false, error: { code } });
  expect(await house.state()).toEqual(before);
});

test('a deleted client can still be revoked', async () => {
  must(await house.clients.remove('plain', await house.actor('root')));
  must(await revoke({ kind: 'client', clientId: 'plain' }));
});

test('a rule for one token is kept no longer than that token lives', async () => {
  await house.storage.read.audit.append({
    time: START,
    event: 'token.issued',
    decision: 'granted',
    requestId: 'r',
    jti: 'short',
    expiresAt: START / 1000 + 30,
  });
  const rule = must(await revoke({ kind: 'jti', jti: 'short' }));
  expect(rule.expiresAt).toBe(START + 30_000 + CLOCK_STEP_MS);
});

test('a clock that was put on, and back, brings no revoked token back', async () => {
  await house.storage.read.audit.append({
    ...{ time: START, event: 'token.issued', decision: 'granted', requestId: 'r' },
    ...{ jti: 'short', expiresAt: START / 1000 + 30 },
  });
  must(await revoke({ kind: 'jti', jti: 'short' }));
  house.pass(CLOCK_STEP_MS);
  must(await revoke({ kind: 'jti', jti: 'other' })); // which forgets rules, and has them loaded again
  const { revocations } = await house.snapshots.current();
  const token = { jti: 'short', clientId: 'plain', scopes: [], kid: 'k', catalogVersion: 1 };
  house.pass(-CLOCK_STEP_MS);
  expect(revocations.find({ ...token, issuedAt: START / 1000, revision: 1 })).toBeDefined();
  expect((await house.revocations.list({ limit: 9 })).total).toBe(2);
});

test('expired rules are forgotten', async () => {
  must(await revoke({ kind: 'jti', jti: 'old' }));
  house.pass(LONGEST_MS + 1);
  const rule = must(await revoke({ kind: 'jti', jti: 'new' }));
  expect((await house.revocations.list({ limit: 9 })).items).toEqual([rule]);
});

describe('a key', () => {
  test('leaves the JWKS in the same step, for good, and the next one signs', async () => {
    await house.keys.ensureKeys();
    const active = (await house.keys.list()).find(
      ({ alg, state }) => alg === 'ES256' && state === 'active',
    );
    const rule = must(await revoke({ kind: 'key', kid: active?.kid ?? '' }));
    expect(rule).not.toHaveProperty('expiresAt');
    const after = (await house.keys.list()).filter(({ alg }) => alg === 'ES256');
    expect(after.find(({ kid }) => kid === active?.kid)?.state).toBe('destroyed');
    expect(after.map(({ state }) => state).sort()).toEqual(['active', 'destroyed', 'next']);
  });
});
