import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Revision } from '../../src/revision.ts';
import type { RevocationRule } from '../../src/revocation/ports.ts';
import { createHouse } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { snapshotsOver } from '../support/snapshots-over.ts';

let house: House;
beforeAll(async () => {
  house = await createHouse();
});
afterAll(() => house.close());

/** Snapshots of a store whose rules and counter are in the hands of the test, and how many rules each reading gave. */
function world() {
  const { read } = house.storage;
  const state = { rules: [] as RevocationRule[], back: 0 };
  const readings: { readonly since: number; readonly given: number }[] = [];
  const counted = (real: Revision): Revision => {
    const number = real.number + state.rules.length - state.back;
    return { ...real, number, revocations: number };
  };
  const snapshots = snapshotsOver(house, {
    revision: { ...read.revision, read: async () => counted(await read.revision.read()) },
    revocations: {
      ...read.revocations,
      listSince(since) {
        const given = state.rules.filter(({ revision }) => revision > since);
        readings.push({ since, given: given.length });
        return Promise.resolve(given);
      },
    },
  });
  const revoke = async (jti: string): Promise<void> => {
    const { number } = await read.revision.read();
    const revision = number + state.rules.length + 1 - state.back;
    const rule = { kind: 'jti' as const, jti, id: jti, revision, createdAt: 0, createdBy: 'admin' };
    state.rules.push(rule);
  };
  const isRevoked = async (jti: string): Promise<boolean> =>
    (await snapshots.current()).revocations.find({
      ...{ jti, clientId: 'c', scopes: [], kid: 'k', catalogVersion: 1 },
      ...{ issuedAt: 0, revision: 0 },
    }) !== undefined;
  return { state, readings, revoke, isRevoked };
}

test('of the rules, those are read that are new, and a token is revoked by old and new ones', async () => {
  const { readings, revoke, isRevoked } = world();
  for (let index = 0; index < 20; index += 1) {
    await revoke(`t${String(index)}`);
    expect(await isRevoked(`t${String(index)}`)).toBe(true);
    expect(await isRevoked('t0')).toBe(true);
  }
  expect(readings.map(({ given }) => given)).toEqual(Array.from({ length: 20 }, () => 1));
});

test('all rules are read again once as many have come again, so that those that are over go', async () => {
  const { state, readings, revoke, isRevoked } = world();
  for (let index = 0; index < 1_002; index += 1) {
    await revoke(`t${String(index)}`);
    await isRevoked('t0');
  }
  expect(readings.filter(({ since }) => since === 0)).toHaveLength(1);
  state.rules[0] = { ...state.rules[1], id: 'over' } as RevocationRule;
  await revoke('last');
  expect(await isRevoked('t0')).toBe(false);
  expect(await isRevoked('last')).toBe(true);
});

test('all rules are read where the counter has gone back, as that of a store of another day has', async () => {
  const { state, readings, revoke, isRevoked } = world();
  for (const jti of ['a', 'b', 'c']) await revoke(jti);
  expect(await isRevoked('a')).toBe(true);
  state.back = 1;
  expect(await isRevoked('a')).toBe(true);
  expect(readings.at(-1)).toEqual({ since: 0, given: 3 });
});

test('all rules are read where nobody has looked for a while, since another store may have taken the place of this one', async () => {
  const { readings, revoke, isRevoked } = world();
  for (const jti of ['a', 'b']) {
    await revoke(jti);
    expect(await isRevoked(jti)).toBe(true);
  }
  const clock = jest.spyOn(performance, 'now').mockReturnValue(1e12); // some day
  try {
    await revoke('c');
    expect(await isRevoked('c')).toBe(true);
  } finally {
    clock.mockRestore();
  }
  expect(readings.at(-1)).toEqual({ since: 0, given: 3 });
});
