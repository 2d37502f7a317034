import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/actor.ts';
import { createHouse, must } from '../support/house.ts';
import type { House } from '../support/house.ts';

let house: House;
let root: Actor;
let second: Actor;

beforeEach(async () => {
  house = await createHouse();
  root = await house.actor('root');
  must(
    await house.clients.create({ clientId: 'second', roles: ['ambit-admin'], settings: {} }, root),
  );
  second = await house.actor('second');
});
afterEach(() => house.close());

const WAYS: Readonly<
  Record<string, (target: string, actor: Actor) => Promise<{ readonly ok: boolean }>>
> = {
  disable: (target, actor) => house.clients.disable(target, actor),
  delete: (target, actor) => house.clients.remove(target, actor),
  'take the role from': (target, actor) => house.clients.unassignRole(target, 'ambit-admin', actor),
};

describe('at the same moment', () => {
  test.each(Object.keys(WAYS))('two admins who %s each other leave one', async (way) => {
    const attempts = await Promise.all([WAYS[way]?.('second', root), WAYS[way]?.('root', second)]);
    expect(attempts.filter((attempt) => attempt?.ok === true)).toHaveLength(1);
    const left = await Promise.all(['root', 'second'].map((name) => house.clients.find(name)));
    const admins = left.filter(
      (client) =>
        client?.enabled === true && client.assignments.some(({ role }) => role === 'ambit-admin'),
    );
    expect(admins).toHaveLength(1);
  });

  test.each(Object.keys(WAYS))('the two last admins who %s themselves leave one', async (way) => {
    const attempts = await Promise.all([WAYS[way]?.('root', root), WAYS[way]?.('second', second)]);
    expect(attempts.filter((attempt) => attempt?.ok === true)).toHaveLength(1);
  });

  test('a dozen requests for a further secret get no more than may be', async () => {
    must(await house.clients.create({ clientId: 'busy', roles: [], settings: {} }, root));
    const attempts = await Promise.all(
      Array.from({ length: 12 }, () => house.clients.addSecret('busy', {}, root)),
    );
    expect(attempts.filter(({ ok }) => ok)).toHaveLength(4);
    expect((await house.clients.find('busy'))?.secrets).toHaveLength(5);
  });

  test('whoever has just been disabled changes nothing any more', async () => {
    const [disabled, made] = await Promise.all([
      house.clients.disable('second', root),
      house.clients.create({ clientId: 'late', roles: [], settings: {} }, second),
    ]);
    expect([disabled.ok, made.ok]).toEqual([true, false]);
    expect(await house.clients.find('late')).toBeUndefined();
    const [newest] = await house.newestAudit();
    expect(newest).toMatchObject({
      decision: 'refused',
      actor: 'second',
      client: 'late',
      reason: 'actor.not_live',
    });
  });
});
