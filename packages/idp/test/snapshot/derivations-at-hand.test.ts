import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Derivation } from '../../src/delegation/ports.ts';
import { createHouse } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { snapshotsOver } from '../support/snapshots-over.ts';

let house: House;
beforeAll(async () => {
  house = await createHouse();
});
afterAll(() => house.close());

/** Snapshots over derivations of one length, and how often each was asked for. */
async function overDerivations(length: number) {
  const asked: string[] = [];
  const { read } = house.storage;
  const snapshots = snapshotsOver(house, {
    derivations: {
      ...read.derivations,
      find(jti) {
        asked.push(jti);
        const root = { jti: 'root', sub: 'front', clientId: 'front', scopes: [] };
        const audience = 'x'.repeat(length);
        return Promise.resolve<Derivation>({
          ...{ jti, parentJti: 'root', root: { ...root, audience } },
          ...{ steps: [], ancestors: [], expiresAt: 1 },
        });
      },
    },
  });
  const { findDerivation } = await snapshots.current();
  return { asked, findDerivation };
}

describe('derivations', () => {
  test('are asked for once, thousands of them', async () => {
    const { asked, findDerivation } = await overDerivations(1000);
    const jtis = Array.from({ length: 10_000 }, (_, index) => `token-${index}`);
    for (const jti of [...jtis, ...jtis]) await findDerivation(jti);
    expect(asked).toEqual(jtis);
  });

  test('are kept by their size, so that chains as long as they may be do not fill the memory', async () => {
    const { asked, findDerivation } = await overDerivations(1_000_000);
    const jtis = Array.from({ length: 50 }, (_, index) => `token-${index}`);
    for (const jti of [...jtis, ...jtis]) await findDerivation(jti);
    expect(asked).toEqual([...jtis, ...jtis]);
  });
});
