import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/actor.ts';
import { createHouse, must } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { SHOP, shopWith } from '../support/shop-catalog.ts';

let house: House;
let root: Actor;
let eve: Actor;

beforeEach(async () => {
  house = await createHouse();
  root = await house.actor('root');
  eve = await house.actor('eve');
});
afterEach(() => house.close());

const refused = (code: string, facts: object = {}) => ({
  ok: false,
  error: expect.objectContaining({ code, ...facts }),
});
const WITHOUT_ACCOUNTANT = shopWith([
  `  accountant: { description: Keeps the books, scopes: ['invoices:*'] }\n`,
  '',
]);
const publish = (source: string, actor = root, pins = {}) =>
  house.catalog.publish({ source, comment: 'why not', ...pins }, actor);

describe('publishing', () => {
  test('makes the next version, active at once, with its audit record', async () => {
    const published = must(await publish(WITHOUT_ACCOUNTANT));
    expect(published).toMatchObject({ version: 2, changed: true });
    expect(await house.catalog.activeVersion()).toBe(2);
    expect(await house.catalog.find(2)).toMatchObject({
      name: 'shop',
      comment: 'why not',
      publishedBy: 'root',
      scopeCount: 5,
    });
    const [record] = await house.newestAudit();
    expect(record).toMatchObject({
      event: 'catalog.published',
      decision: 'granted',
      actor: 'root',
      target: { kind: 'catalog', id: '2' },
      before: { version: 1 },
      after: { version: 2, digest: published.digest, comment: 'why not' },
    });
  });

  test('the active document again is a no-op that says so', async () => {
    const before = await house.state();
    expect(must(await publish(`${SHOP}# a comment\n`))).toMatchObject({
      version: 1,
      changed: false,
    });
    expect(await house.state()).toEqual(before);
  });

  test('what an older version holds is refused with its number', async () => {
    must(await publish(WITHOUT_ACCOUNTANT));
    expect(await publish(SHOP)).toEqual(refused('catalog.exists', { version: 1 }));
    expect(await house.catalog.activeVersion()).toBe(2);
  });

  test('a catalog with errors publishes nothing and shows every finding', async () => {
    const before = await house.state();
    const broken = shopWith(
      ['inherits: [viewer]', 'inherits: [viwer]'],
      ['invoices:*', 'invoice:*'],
    );
    const result = await publish(broken);
    expect(result).toEqual(refused('catalog.invalid'));
    const findings =
      result.ok || result.error.code !== 'catalog.invalid' ? [] : result.error.findings;
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThanOrEqual(2);
    for (const { line, file } of errors) expect({ line, file }).not.toMatchObject({ line: 1 });
    expect(await house.state()).toEqual(before);
  });

  test('of two publishers at once exactly one wins', async () => {
    const attempts = await Promise.all([
      publish(WITHOUT_ACCOUNTANT),
      publish(shopWith(['catalog: shop', 'catalog: store'])),
    ]);
    expect(attempts.filter(({ ok }) => ok)).toHaveLength(1);
    expect(attempts.find(({ ok }) => !ok)).toEqual(
      refused('catalog.changed', { what: 'version', active: 2 }),
    );
    expect((await house.state()).versions).toHaveLength(3);
  });
});

describe('a plan', () => {
  test('names gains, losses and what it is pinned to', async () => {
    await house.register('books', ['accountant']);
    const plan = must(await house.catalog.plan({ source: WITHOUT_ACCOUNTANT }, root));
    expect(plan).toMatchObject({ base: 1, gains: [] });
    expect(plan).not.toHaveProperty('version');
    expect(plan.dormant).toEqual([{ client: 'books', role: 'accountant' }]);
    expect(plan.losses.map(({ scope }) => scope).sort()).toEqual([
      'invoices:read',
      'invoices:write',
    ]);
    const pins = { base: plan.base, assignments: plan.assignments };
    expect(must(await publish(WITHOUT_ACCOUNTANT, root, pins)).digest).toBe(plan.digest);
  });

  test('is void once another version is active', async () => {
    must(await publish(WITHOUT_ACCOUNTANT));
    expect(await publish(shopWith(['catalog: shop', 'catalog: store']), root, { base: 1 })).toEqual(
      refused('catalog.changed', { what: 'version', active: 2 }),
    );
  });

  test('is void once an assignment has changed, its end alone included', async () => {
    const { assignments } = must(await house.catalog.plan({ source: WITHOUT_ACCOUNTANT }, root));
    must(await house.clients.assignRole('plain', 'viewer', house.clock() + 1000, root));
    const before = await house.state();
    expect(await publish(WITHOUT_ACCOUNTANT, root, { base: 1, assignments })).toEqual(
      refused('catalog.changed', { what: 'assignments' }),
    );
    expect(await house.state()).toEqual(before);
  });

  test('lists the credentials it suspends and the default scopes it breaks', async () => {
    await house.register('rs', [], { resourceServers: ['shop-api'] });
    await house.register('d', ['viewer'], { defaultScopes: ['orders:read'] });
    const moved = shopWith(
      ['https://api.shop.example', 'https://new.shop.example'],
      [
        `viewer: { description: Sees orders, scopes: ['orders:read'] }`,
        'viewer: { description: Sees nothing }',
      ],
    );
    const plan = must(await house.catalog.plan({ source: moved }, root));
    expect(plan.suspended).toEqual([
      { client: 'rs', resourceServer: 'shop-api', audience: 'https://api.shop.example' },
    ]);
    expect(plan.brokenDefaults).toEqual([{ client: 'd', scope: 'orders:read' }]);
  });

  test('of a version there is not is refused', async () => {
    expect(await house.catalog.plan({ version: 9 }, root)).toEqual(refused('catalog.not_found'));
  });
});

describe('rolling back', () => {
  test('activates the old number; roll back then forward is the identity', async () => {
    must(await publish(WITHOUT_ACCOUNTANT));
    const before = await house.catalog.find(2);
    expect(must(await house.catalog.activate({ version: 1, comment: 'oops' }, root))).toMatchObject(
      {
        version: 1,
        changed: true,
      },
    );
    expect((await house.newestAudit())[0]).toMatchObject({
      event: 'catalog.activated',
      before: { version: 2 },
      after: { version: 1, comment: 'oops' },
    });
    must(await house.catalog.activate({ version: 2 }, root));
    expect(await house.catalog.find(2)).toEqual(before);
    expect((await house.state()).versions).toHaveLength(3);
  });

  test('to the active version changes nothing', async () => {
    const before = await house.state();
    expect(must(await house.catalog.activate({ version: 1 }, root))).toMatchObject({
      changed: false,
    });
    expect(await house.state()).toEqual(before);
  });

  test('heeds the same pins as a publish', async () => {
    must(await publish(WITHOUT_ACCOUNTANT));
    expect(await house.catalog.activate({ version: 1, base: 1 }, root)).toEqual(
      refused('catalog.changed'),
    );
    expect(await house.catalog.activate({ version: 7 }, root)).toEqual(
      refused('catalog.not_found'),
    );
  });
});

describe('nobody lifts themselves', () => {
  const GIFT = shopWith([
    "scopes: ['orders:read'] }\n  editor",
    "scopes: ['orders:*'] }\n  editor",
  ]);

  test('an editor who would gain publishes nothing, and that is on record', async () => {
    const before = await house.state();
    expect(await publish(GIFT, eve)).toEqual(
      refused('catalog.publisher_gains', { scopes: ['orders:refund', 'orders:write'] }),
    );
    expect(await house.state()).toEqual(before);
    expect((await house.newestAudit())[0]).toMatchObject({
      event: 'catalog.published',
      decision: 'refused',
      actor: 'eve',
      reason: 'catalog.publisher_gains',
    });
  });

  test('an admin may publish what it gains by', async () => {
    must(await publish(GIFT, root));
  });

  test('a client with power over Ambit becomes neither delegation actor nor federated', async () => {
    const actor = shopWith(['actor: { role: caller }', 'actor: { client: eve }']);
    const byRole = shopWith(['actor: { role: caller }', 'actor: { role: viewer }']);
    const federated = shopWith(['client: deploy-bot', 'client: rita']);
    for (const source of [actor, byRole, federated]) {
      expect(await publish(source)).toEqual(refused('governance.acts_for_others'));
    }
  });
});

test('diff says in what two versions differ', async () => {
  must(await publish(WITHOUT_ACCOUNTANT));
  const changes = must(await house.catalog.diff(1, 2));
  expect(changes).toContainEqual({ kind: 'role_removed', role: 'accountant' });
  expect(must(await house.catalog.diff(2, 2))).toEqual([]);
  expect(await house.catalog.diff(1, 3)).toEqual(refused('catalog.not_found', { version: 3 }));
});
