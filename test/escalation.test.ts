import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openShop } from './support/governed-shop.ts';
import type { Answer, GovernedShop } from './support/governed-shop.ts';

let shop: GovernedShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.server.remove());

const ASKED = [
  ['asks for a scope of Ambit', 'invalid_scope', 'plain', 'ambit.client:write'],
  [
    'hides a scope of Ambit among its own, its policy being partial',
    'invalid_scope',
    'keen',
    'orders:read ambit.role:assign',
  ],
  ['asks for a wildcard', 'invalid_scope', 'plain', 'orders:*'],
  ['asks for a scope of a role that has gone', 'invalid_scope', 'eve', 'orders:write'],
  ['is federated and comes without the workload', 'invalid_client', 'runner', 'orders:read'],
] as const;

const STATUS: Readonly<Record<string, number>> = {
  invalid_scope: 400,
  invalid_client: 401,
  'auth.invalid': 401,
};

/** Sees an attempt refused by a code and its status, and nothing changed by it. */
async function refuses(code: string, attempt: () => Promise<Answer>): Promise<void> {
  const before = await shop.holdings();
  const { status, body } = await attempt();
  expect({ status, code: body['code'] ?? body['error'] }).toEqual({ status: STATUS[code], code });
  expect(await shop.holdings()).toEqual(before);
}

// By requests to the admin API: packages/idp/test/escalation.test.ts.
describe('nobody lifts themselves by a token: a client', () => {
  test.each(ASKED)('%s: %s', (_title, error, who, scope) =>
    refuses(error, () => shop.askForToken(who, { scope })),
  );

  test('asks for whatever there is at the admin API', () =>
    refuses('invalid_scope', () =>
      shop.askForToken('plain', { resource: `${shop.server.url}/admin` }),
    ));

  test('comes to the admin API with a token of another audience', () =>
    refuses('auth.invalid', () => shop.ask('plain', 'GET /whoami')));

  test('changes the claims of a token', async () => {
    const [header, payload = '', signature] = shop.tokenOf('vera').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = { ...claims, scope: 'ambit.client:write', client_id: 'admin', sub: 'admin' };
    const body = Buffer.from(JSON.stringify(forged)).toString('base64url');
    shop.carry('forger', [header, body, signature].join('.'));
    await refuses('auth.invalid', () => shop.ask('forger', 'POST /clients', { client_id: 'x' }));
  });

  test('keeps a token from before its role was taken away', async () => {
    await shop.must('admin', 'DELETE /clients/leaver/roles/ambit-editor');
    await refuses('auth.invalid', () => shop.ask('leaver', 'PUT /clients/plain/roles/clerk', {}));
  });
});
