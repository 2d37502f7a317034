import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestToken, tokenOf } from './support/oauth.ts';
import { plainOrderCatalog } from './support/order-catalog.ts';
import type { Finished } from './support/processes.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

interface Publication {
  readonly version: number;
  readonly digest: string;
  readonly changed: boolean;
}
interface Version {
  readonly version: number;
  readonly active: boolean;
}

let server: TestServer;
let files = 0;

function write(text: string): string {
  files += 1;
  const file = join(server.home, `catalog-${files}.yaml`);
  writeFileSync(file, text);
  return file;
}
const publish = (file: string): Promise<Finished> =>
  server.ambit(['catalog', 'publish', file, '--comment', 'test', '--yes', '--output', 'json']);
async function published(text: string): Promise<Publication> {
  const done = await publish(write(text));
  if (done.code !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout) as Publication;
}
async function planned(text: string): Promise<string> {
  const plan = join(server.home, `plan-${(files += 1)}.json`);
  const done = await server.ambit(['catalog', 'plan', write(text), '--out', plan]);
  if (done.code !== 0) throw new Error(done.stderr);
  return plan;
}
const versions = async (): Promise<readonly Version[]> =>
  (await server.json<{ items: readonly Version[] }>(['catalog', 'list'])).items;
const state = async (): Promise<string> => JSON.stringify(await versions());
const assign = (client: string, role: string): Promise<Finished> =>
  server.ambit(['role', 'assign', client, role, '--yes']);

beforeAll(async () => {
  server = await startServer();
  await published(plainOrderCatalog(['read']));
  for (const name of ['worker', 'other']) await server.json(['client', 'create', name, '--yes']);
});
afterAll(() => server.remove());

describe('publishing what is malformed', () => {
  test('publishes nothing, and every finding is shown at once with its place', async () => {
    const before = await state();
    const file = write(`catalog: shop
resourceServers:
  one:
    audience: https://shop.example
    description: One
    resources:
      Orders: { description: Bad name, actions: { read: { description: See } } }
  two:
    audience: https://shop.example
    description: The same audience
    resources:
      stock: { description: Stock, actions: { read: { description: See, lifetimeSeconds: 999999 } } }
roles:
  a: { description: A, inherits: [b], scopes: ['stock:read'] }
  b: { description: B, inherits: [a, nobody] }
  c: { description: C, scopes: ['stock:reed', 'ambit.key:rotate'] }
`);
    const refused = await publish(file);
    expect(refused.code).toBe(5);
    expect(refused.stdout).toBe('');
    const lines = refused.stderr.split('\n').filter((line) => line.includes(`${file}:`));
    const places = lines.flatMap((line) => /:(\d+):\d+/.exec(line)?.[1] ?? []).map(Number);
    expect(places).toEqual(expect.arrayContaining([7, 9, 12, 15, 16]));
    expect(refused.stderr).toMatch(/nothing was published: \d+ errors/);
    expect(await state()).toBe(before);
  });

  test('shows every finding about meaning at once, where the form is right', async () => {
    const before = await state();
    const file = write(`catalog: shop
resourceServers:
  one:
    audience: https://shop.example
    description: One
    owner: us
    resources:
      stock: { description: Stock, actions: { read: { description: See } } }
  two:
    audience: https://shop.example
    description: The same audience
    owner: us
    resources:
      stock: { description: Stock, actions: { read: { description: See } } }
roles:
  a: { description: A, inherits: [b], scopes: ['stock:read'] }
  b: { description: B, inherits: [a, nobody] }
  c: { description: C, scopes: ['stock:reed'] }
  d: { description: D, scopes: ['ambit.key:rotate'] }
  ambit-e: { description: E, scopes: ['stock:read'] }
`);
    const refused = await publish(file);
    expect(refused.code).toBe(5);
    const places = [...refused.stderr.matchAll(/:(\d+):\d+/g)].map(([, line]) => Number(line));
    for (const line of [10, 14, 17, 18, 19, 20]) expect(places).toContain(line);
    expect(refused.stderr).toContain('stock:read'); // the nearest name
    expect(await state()).toBe(before);
  });

  test.each([
    ['no YAML', 'catalog: [shop\nresourceServers: }'],
    ['nothing', ''],
    ['a number', '42'],
    ['an alias', 'catalog: &a shop\nresourceServers: {}\nroles: { r: { description: *a } }'],
    ['a key twice', 'catalog: shop\ncatalog: shop\nresourceServers: {}\n'],
    ['bytes', '\u0000\u0001\ufffd'],
  ])('%s is refused with a finding, and publishes nothing', async (_what, text) => {
    const before = await state();
    const refused = await publish(write(text));
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toMatch(/:\d+:\d+/);
    expect(refused.stderr).not.toMatch(/ {4}at |unexpected:/);
    expect(await state()).toBe(before);
  });
});

describe('publishing what is there already', () => {
  test('the same document again is a no-op that says so', async () => {
    const file = write(plainOrderCatalog(['read']));
    const before = await state();
    const again = await server.ambit(['catalog', 'publish', file, '--comment', 'again', '--yes']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('nothing was changed');
    expect(JSON.parse((await publish(file)).stdout)).toMatchObject({ changed: false });
    expect(await state()).toBe(before);
  });

  test('in other words, YAML for JSON and its keys in another order, it is still the same', async () => {
    const file = write(`
roles: { clerk: { scopes: ['orders:*'], description: Works here } }
catalog: shop # a comment
resourceServers:
  shop:
    owner: commerce
    description: The shop
    audience: https://shop.example
    resources: { orders: { actions: { read: { description: 'Orders: read' } }, description: Orders } }
`);
    expect(JSON.parse((await publish(file)).stdout)).toMatchObject({ changed: false });
  });

  test('an older document offers its rollback', async () => {
    const older = plainOrderCatalog(['read', 'older']);
    const { version } = await published(older);
    await published(plainOrderCatalog(['read', 'newer']));
    const before = await state();
    const refused = await publish(write(older));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`ambit catalog rollback ${version}`);
    expect(await state()).toBe(before);
  });
});

describe('publishing while others do', () => {
  test('of two admins who publish at once exactly one wins, and the other exits 4', async () => {
    const plans = [
      await planned(plainOrderCatalog(['read', 'mine'])),
      await planned(plainOrderCatalog(['read', 'yours'])),
    ];
    const count = (await versions()).length;
    const both = await Promise.all(plans.map(publish));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 4]);
    const [lost] = both.filter(({ code }) => code === 4);
    expect(lost?.stdout).toBe('');
    expect(lost?.stderr).toMatch(/plan again/);
    expect(await versions()).toHaveLength(count + 1);
  });

  test('of many requests at one moment exactly one wins; the others are told `catalog.changed`', async () => {
    const token = String(
      (await requestToken(server, adminCredentials(server.home))).body['access_token'],
    );
    const base = (await versions()).find(({ active }) => active)?.version;
    const count = (await versions()).length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_value, index) => {
        const response = await fetch(`${server.url}/admin/v1/catalog/versions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            source: plainOrderCatalog(['read', `at-once-${index}`]),
            comment: 'x',
            base,
          }),
        });
        return {
          status: response.status,
          body: (await response.json()) as Record<string, unknown>,
        };
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201, 409, 409, 409, 409, 409, 409, 409,
    ]);
    const losers = answers.filter(({ status }) => status === 409);
    expect(new Set(losers.map(({ body }) => body['code']))).toEqual(new Set(['catalog.changed']));
    expect(await versions()).toHaveLength(count + 1);
  });

  test('a plan whose base has moved exits 4 and publishes nothing', async () => {
    const plan = await planned(plainOrderCatalog(['read', 'late']));
    await published(plainOrderCatalog(['read', 'first']));
    const before = await state();
    const refused = await publish(plan);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toMatch(/version \d+ is active, the plan was made against version \d+/);
    expect(await state()).toBe(before);
  });

  test('a plan whose assignments have moved exits 4 and publishes nothing', async () => {
    const plan = await planned(plainOrderCatalog(['read', 'assigned']));
    expect((await assign('worker', 'clerk')).code).toBe(0);
    const before = await state();
    const refused = await publish(plan);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('role assignments have changed');
    expect(await state()).toBe(before);
  });

  test('a plan that was edited after it was made is not believed', async () => {
    const plan = await planned(plainOrderCatalog(['read', 'shown']));
    const kept = JSON.parse(readFileSync(plan, 'utf8')) as Record<string, unknown>;
    writeFileSync(
      plan,
      JSON.stringify({ ...kept, source: plainOrderCatalog(['read', 'smuggled']) }),
    );
    const before = await state();
    const refused = await publish(plan);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('does not hold what was planned');
    expect(await state()).toBe(before);
  });

  test('a plan of what is still so is carried out, once', async () => {
    const plan = await planned(plainOrderCatalog(['read', 'as-planned']));
    expect((await publish(plan)).code).toBe(0);
    expect((await publish(plan)).code).toBe(4);
  });
});

describe('what a new version takes away', () => {
  test('an assignment to a role that was renamed lies dormant, and a plan names its revival', async () => {
    await published(plainOrderCatalog(['read', 'dormant']));
    await published(plainOrderCatalog(['read', 'dormant'], 'seller'));
    const dormant = await server.json<{ roles: unknown[] }>(['client', 'show', 'worker']);
    expect(dormant.roles).toEqual([expect.objectContaining({ role: 'clerk', dormant: true })]);
    const refused = await assign('other', 'clerk');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('clerk');

    const file = write(plainOrderCatalog(['read', 'revived']));
    const plan = await server.json<{ gains: object[] }>(['catalog', 'plan', file]);
    expect(plan.gains).toContainEqual(
      expect.objectContaining({ client: 'worker', scope: 'orders:read', revived: true }),
    );
  });

  test('a client that was deleted is gone with its tokens, and its name is never given out again', async () => {
    await published(plainOrderCatalog(['read', 'deleted']));
    const made = await server.json<{ client_id: string; client_secret: string }>([
      'client',
      'create',
      'leaver',
      '--role',
      'clerk',
      '--yes',
    ]);
    const token = await tokenOf(server, made, 'orders:read');
    expect((await server.ambit(['client', 'delete', 'leaver', '--yes'])).code).toBe(0);
    expect((await requestToken(server, made)).body).toMatchObject({ error: 'invalid_client' });
    expect(await server.json(['token', 'introspect', token])).toEqual({ active: false });
    const again = await server.ambit(['client', 'create', 'leaver', '--yes']);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('leaver');
    expect((await server.ambit(['client', 'delete', 'leaver', '--yes'])).code).toBe(1);
  });

  test('what is not there is told by its name', async () => {
    const unknown = [
      [['role', 'show', 'clark'], 'clark'],
      [['catalog', 'show', '9999'], '9999'],
      [['catalog', 'rollback', '9999', '--yes'], '9999'],
      [['client', 'show', 'workr'], 'workr'],
      [['access', 'who-can', 'orders:raed'], 'orders:read'],
      [['key', 'retire', 'no-such-key', '--yes'], 'no-such-key'],
    ] as const;
    for (const [words, said] of unknown) {
      const told = await server.ambit(words);
      expect({ words, code: told.code, stdout: told.stdout }).toEqual({
        words,
        code: 1,
        stdout: '',
      });
      expect(told.stderr).toContain(said);
      expect(told.stderr).not.toMatch(/ {4}at |unexpected:|request failed/);
    }
  });
});
