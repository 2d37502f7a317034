import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { introspect, post, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential } from '../../../../test/support/oauth.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const CHAIN = `
catalog: chain
resourceServers:
  orders-api: { audience: 'https://orders.example', resources: { orders: { actions: { write: { description: W }, read: { description: R } } } } }
  payments-api: { audience: 'https://payments.example', resources: { payments: { actions: { charge: { description: C }, refund: { description: F } } } } }
  ledger-api: { audience: 'https://ledger.example', resources: { ledger: { actions: { post: { description: P } } } } }
  archive-api: { audience: 'https://archive.example', resources: { archive: { actions: { store: { description: S } } } } }
roles:
  shopper: { description: Shops, scopes: ['orders:*'] }
  reader: { description: Reads, scopes: ['orders:read'] }
  refunder: { description: Refunds, scopes: ['payments:refund'] }
  orders: { description: Orders }
delegation:
  - { actor: { role: orders }, holding: ['orders:write'], may: ['payments:charge'], maxDepth: 5 }
  - { actor: { client: payments }, holding: ['payments:charge'], may: ['ledger:post'], maxDepth: 5 }
  - { actor: { client: ledger }, holding: ['ledger:post'], may: ['archive:store'], maxDepth: 5 }
`;
const NO_LEDGER_RULE = CHAIN.replace(/ {2}- \{ actor: \{ client: payments.*\n/, '');

const server = (name: string) => ({
  resourceServers: [{ name: `${name}-api`, audience: `https://${name}.example` }],
});
const CLIENTS = [
  clientNamed('front', { assignments: [{ role: 'shopper' }] }),
  clientNamed('orders', {
    ...server('orders'),
    assignments: [{ role: 'orders' }, { role: 'reader' }],
  }),
  clientNamed('payments', server('payments')),
  clientNamed('ledger', server('ledger')),
  clientNamed('archive', server('archive')),
  ...['orders', 'payments', 'ledger', 'archive'].map((name) =>
    clientNamed(`${name}-observer`, server(name)),
  ),
  clientNamed('stranger', { assignments: [{ role: 'shopper' }] }),
];
const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

let idp: OidcHarness;
beforeAll(async () => {
  idp = await startOidc(CHAIN, CLIENTS);
});
beforeEach(() => {
  idp.publish(CHAIN);
  idp.clients = new Map(CLIENTS.map((client) => [client.clientId, client]));
});
afterAll(() => idp.close());

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const exchange = (actor: string, subject_token: string, parameters: Record<string, string> = {}) =>
  post(`${idp.url}/oauth2/token`, secretOf(actor), {
    grant_type: GRANT,
    subject_token,
    subject_token_type: TYPE,
    ...parameters,
  });
async function exchanged(actor: string, subject: string, scope: string): Promise<string> {
  const { status, body } = await exchange(actor, subject, { scope });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return String(body['access_token']);
}
const seenBy = async (clientId: string, token: string) =>
  (await introspect(idp, secretOf(clientId), token)).body;

/** front → orders → payments → ledger → archive. */
async function chain(): Promise<string[]> {
  const root = await tokenOf(idp, secretOf('front'), 'orders:write');
  const first = await exchanged('orders', root, 'payments:charge');
  const second = await exchanged('payments', first, 'ledger:post');
  const third = await exchanged('ledger', second, 'archive:store');
  return [root, first, second, third];
}
/** Whether each token is active, as a credential of the resource server that it is for sees it; one that no change touches. */
const activeAlong = async (tokens: readonly string[]): Promise<unknown[]> =>
  Promise.all(
    tokens.map(async (token) => {
      const [, name = ''] = /^https:\/\/(\w+)/.exec(String(decodeJwt(token).aud)) ?? [];
      return (await seenBy(`${name}-observer`, token))['active'];
    }),
  );

describe('token exchange', () => {
  test('[RFC 8693 §4.1] gives exactly what the rules give, with the actors nested newest outermost', async () => {
    const tokens = await chain();
    const claims = tokens.map((token) => decodeJwt(token));
    expect(
      claims.map(({ scope, aud, sub, client_id }) => ({ scope, aud, sub, client_id })),
    ).toEqual([
      { scope: 'orders:write', aud: 'https://orders.example', sub: 'front', client_id: 'front' },
      {
        scope: 'payments:charge',
        aud: 'https://payments.example',
        sub: 'front',
        client_id: 'orders',
      },
      { scope: 'ledger:post', aud: 'https://ledger.example', sub: 'front', client_id: 'payments' },
      { scope: 'archive:store', aud: 'https://archive.example', sub: 'front', client_id: 'ledger' },
    ]);
    expect(claims[3]?.['act']).toEqual({
      sub: 'ledger',
      act: { sub: 'payments', act: { sub: 'orders' } },
    });
    const ends = claims.map(({ exp }) => exp ?? 0);
    expect([...ends].sort((a, b) => b - a)).toEqual(ends);
  });

  test('[RFC 8693 §2.2.1] answers with the type of token it issued', async () => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    const { body } = await exchange('orders', root, { scope: 'payments:charge' });
    expect(body).toMatchObject({
      issued_token_type: TYPE,
      token_type: 'Bearer',
      scope: 'payments:charge',
    });
  });

  test('gives a token that lives from the moment it was decided at, so that none outlives its subject', async () => {
    idp.now = Date.now() - 100_000;
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    idp.now += 70_700;
    const token = await exchanged('orders', root, 'payments:charge');
    const [above, below] = [decodeJwt(root), decodeJwt(token)];
    expect(below.iat).toBe(Math.floor(idp.now / 1000));
    expect(below.exp).toBeLessThanOrEqual(above.exp ?? 0);
    expect(below.exp).toBeGreaterThan((above.exp ?? 0) - 2);
    idp.now = Date.now();
  });

  test('[RFC 7662 §2.2] introspection tells the same actors as the token', async () => {
    const [, first = ''] = await chain();
    expect(await seenBy('payments', first)).toMatchObject({
      active: true,
      sub: 'front',
      client_id: 'orders',
      act: decodeJwt(first)['act'],
    });
  });

  test('without a rule never widens: carried and entitled alone is carried on', async () => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write orders:read');
    expect(decodeJwt(await exchanged('orders', root, 'orders:read'))).toMatchObject({
      scope: 'orders:read',
      sub: 'front',
    });
    const refused = await exchange('orders', root, { scope: 'orders:write' });
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_scope']);
    expect(refused.body['scope_errors']).toEqual([
      expect.objectContaining({ scope: 'orders:write', reason: 'not_entitled' }),
    ]);
    const without = await exchange('payments', (await chain())[1] ?? '', {
      scope: 'payments:refund',
    });
    expect([without.status, without.body['error']]).toEqual([400, 'invalid_scope']);
  });

  test('is on record with who asked whom, and without the tokens', async () => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    const token = await exchanged('orders', root, 'payments:charge');
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.exchanged',
      decision: 'granted',
      actor: 'orders',
      client: 'orders',
      subject: 'front',
      actors: ['orders'],
      grantedBy: [{ scope: 'payments:charge', by: 'rule', rule: expect.any(Number) }],
      parentJti: decodeJwt(root).jti,
      jti: decodeJwt(token).jti,
    });
    expect(JSON.stringify(idp.records)).not.toContain(token.split('.')[2]);
  });

  test('whoever presents an exchanged token later is on record with its whole chain', async () => {
    const [, first = ''] = await chain();
    const about = { subject: 'front', client: 'orders', actors: ['orders'] };
    await seenBy('payments', first);
    expect(idp.records.at(-1)).toMatchObject({ event: 'token.introspected', ...about });
    await exchange('payments', first, { scope: 'payments:refund' });
    expect(idp.records.at(-1)).toMatchObject({
      event: 'token.refused',
      subject: 'front',
      actors: ['orders'],
      parentJti: decodeJwt(first).jti,
    });
  });
});

describe('a tree of tokens', () => {
  test('dies whole when its root is revoked', async () => {
    const tokens = await chain();
    expect(await activeAlong(tokens)).toEqual([true, true, true, true]);
    await revoke(idp, secretOf('front'), tokens[0] ?? '');
    expect(await activeAlong(tokens)).toEqual([false, false, false, false]);
  });

  test('dies below the token that is revoked', async () => {
    const tokens = await chain();
    await revoke(idp, secretOf('payments'), tokens[2] ?? '');
    expect(await activeAlong(tokens)).toEqual([true, true, false, false]);
  });

  test.each([
    [
      'a rule is removed',
      () => {
        idp.publish(NO_LEDGER_RULE);
      },
      [true, true, false, false],
    ],
    [
      'a client in the middle is disabled',
      () => {
        idp.clients.set(
          'payments',
          clientNamed('payments', { ...server('payments'), enabled: false }),
        );
      },
      [true, true, false, false],
    ],
    [
      'the root loses its role',
      () => {
        idp.clients.set('front', clientNamed('front'));
      },
      [false, false, false, false],
    ],
    [
      'an actor loses the role that the rule names',
      () => {
        idp.clients.set('orders', clientNamed('orders', server('orders')));
      },
      [true, false, false, false],
    ],
  ] as const)('narrows at the next introspection when %s', async (_what, change, expected) => {
    const tokens = await chain();
    expect(await activeAlong(tokens)).toEqual([true, true, true, true]);
    change();
    expect(await activeAlong(tokens)).toEqual(expected);
  });

  test('a token that claims an exchange nobody has on record is inactive', async () => {
    const [, first = ''] = await chain();
    idp.derivations.clear();
    expect(await seenBy('payments', first)).toEqual({ active: false });
  });
});

describe('the subject of an exchange', () => {
  const refused = async (
    actor: string,
    token: string,
    parameters: Record<string, string> = { scope: 'payments:charge' },
  ) => {
    const { status, body } = await exchange(actor, token, parameters);
    return [status, body['error']];
  };

  test('[RFC 8693 §2.2.2] must be addressed to the actor, or issued to it', async () => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    expect(await refused('payments', root)).toEqual([400, 'invalid_request']);
    expect(await refused('stranger', root, { scope: 'orders:read' })).toEqual([
      400,
      'invalid_request',
    ]);
  });

  test("of the actor's own making gives it nothing more", async () => {
    const own = await tokenOf(idp, secretOf('stranger'), 'orders:write');
    expect(await refused('stranger', own)).toEqual([400, 'invalid_scope']);
  });

  test.each([
    [
      'expired',
      async () => {
        const token = await tokenOf(idp, secretOf('front'), 'orders:write');
        idp.now = Date.now() + 3_600_000;
        return token;
      },
    ],
    [
      'revoked',
      async () => {
        const token = await tokenOf(idp, secretOf('front'), 'orders:write');
        await revoke(idp, secretOf('front'), token);
        return token;
      },
    ],
    ['foreign', () => Promise.resolve('eyJhbGciOiJub25lIn0.e30.')],
    ['no token at all', () => Promise.resolve('x')],
  ])('that is %s is refused', async (_what, make) => {
    const token = await make();
    expect(await refused('orders', token)).toEqual([400, 'invalid_request']);
    idp.now = Date.now();
    expect(JSON.stringify(idp.records.at(-1))).not.toContain(token.length > 20 ? token : '"x"');
  });

  test.each([
    ['no subject token', { subject_token: '' }],
    ['an ID token', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
    ['a refresh token', { subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
    [
      'a SAML assertion asked for',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
    ],
    ['an actor token without its type', { actor_token: 'x' }],
    ['an actor token type without a token', { actor_token_type: TYPE }],
  ])('[RFC 8693 §2.1] %s is refused', async (_what, parameters) => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    const { status, body } = await exchange('orders', root, {
      scope: 'payments:charge',
      ...parameters,
    });
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  test("[RFC 8693 §2.1] an actor token must be the actor's own", async () => {
    const root = await tokenOf(idp, secretOf('front'), 'orders:write');
    const own = await tokenOf(idp, secretOf('orders'), 'orders:read');
    const others = await tokenOf(idp, secretOf('stranger'), 'orders:read');
    const actor = { scope: 'payments:charge', actor_token_type: TYPE };
    expect((await exchange('orders', root, { ...actor, actor_token: own })).status).toBe(200);
    expect((await exchange('orders', root, { ...actor, actor_token: others })).status).toBe(400);
  });
});
