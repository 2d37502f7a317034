import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHouse, must } from '../support/house.ts';
import type { House } from '../support/house.ts';

let house: House;
beforeEach(async () => {
  house = await createHouse();
});
afterEach(() => house.close());

const record = (address: string, externalSubject?: string) =>
  house.storage.read.audit.append({
    ...{ time: house.clock(), event: 'token.refused', decision: 'refused', requestId: 'r' },
    personal: { address, ...(externalSubject === undefined ? {} : { externalSubject }) },
  });
async function remaining(): Promise<unknown[]> {
  const page = { limit: 50, order: 'oldest-first' } as const;
  const { items } = await house.audit.list({ requestId: 'r' }, page);
  return items.map(({ personal, personalErased }) => personal ?? personalErased);
}
async function verify() {
  for await (const step of must(await house.verifyLog([]))) if (step.kind === 'done') return step;
  throw new Error('the verification ended early');
}

describe('erasing what the log says of one person', () => {
  test('by address: every record that holds it, and no other', async () => {
    await record('192.0.2.7');
    await record('192.0.2.70', 'somebody');
    await record('192.0.2.7', 'somebody');
    const actor = await house.actor('root');
    expect(must(await house.erasure.erase({ address: '192.0.2.7' }, actor))).toBe(2);
    expect(await remaining()).toEqual([
      true,
      { address: '192.0.2.70', externalSubject: 'somebody' },
      true,
    ]);
    expect(await verify()).toMatchObject({ whole: true, erased: 2 });
  });

  test('by external subject, through a log of many portions', async () => {
    for (let index = 0; index < 1_100; index += 1) {
      await record(
        `10.0.0.${String(index % 200)}`,
        index % 550 === 0 ? 'repo:acme/shop' : undefined,
      );
    }
    const actor = await house.actor('root');
    const match = { externalSubject: 'repo:acme/shop' };
    expect(must(await house.erasure.erase(match, actor))).toBe(2);
    expect(must(await house.erasure.erase(match, actor))).toBe(0);
    expect((await verify()).whole).toBe(true);
  });

  test('of what is no address is refused, and nothing is on record as erased', async () => {
    await record('192.0.2.7');
    const before = await house.newestAudit();
    expect(await house.erasure.erase({ address: 'nonsense' }, await house.actor('root'))).toEqual({
      ok: false,
      error: { code: 'audit.no_address' },
    });
    expect(await house.newestAudit()).toEqual(before);
  });

  test.each([
    ['the network of an address', '2001:db8:1:2::/64'],
    ['an IPv4 address as IPv6', '::ffff:192.0.2.7'],
    ['an address of a link', 'fe80::1%eth0'],
    ['whatever a proxy told for one', '192.0.2.7:4711'],
  ])('takes %s as a record shows it', async (_, address) => {
    await record(address);
    const actor = await house.actor('root');
    expect(must(await house.erasure.erase({ address }, actor))).toBe(1);
    expect(await remaining()).toEqual([true]);
  });

  test('of an address that no record holds is on record', async () => {
    const actor = await house.actor('root');
    expect(must(await house.erasure.erase({ address: '2001:db8::7' }, actor))).toBe(0);
    expect((await house.newestAudit())[0]).toMatchObject({ after: { records: 0 } });
  });

  test('is on record by whom and in how many records, and not what was erased', async () => {
    await record('192.0.2.7');
    await house.erasure.erase({ address: '192.0.2.7' }, await house.actor('root'));
    const [newest] = await house.newestAudit();
    expect(newest).toMatchObject({
      event: 'audit.personal_erased',
      decision: 'granted',
      actor: 'root',
      after: { field: 'address', records: 1 },
    });
    expect(JSON.stringify(await house.newestAudit(50))).not.toContain('192.0.2.7');
  });

  test('is for those alone who may erase; reading is not enough, and the attempt is on record', async () => {
    await record('192.0.2.7');
    for (const name of ['audrey', 'rita', 'eve', 'vera', 'plain']) {
      const refused = await house.erasure.erase({ address: '192.0.2.7' }, await house.actor(name));
      expect(refused).toEqual({
        ok: false,
        error: { code: 'actor.scope_missing', scope: 'ambit.audit:erase' },
      });
      expect((await house.newestAudit())[0]).toMatchObject({
        event: 'audit.personal_erased',
        decision: 'refused',
        actor: name,
      });
    }
    expect(await remaining()).toEqual([{ address: '192.0.2.7' }]);
  });
});
