import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WireTracedToken } from '@ambit/sdk';
import { decodeJwt } from 'jose';
import { jtiOf, layOutChain, LINKS } from './support/exchange-chain.ts';
import type { ExchangeChain } from './support/exchange-chain.ts';
import { requestToken } from './support/oauth.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const AUDIENCES = ['www', 'shop', 'payments', 'ledger', 'archive'];
const ALL_ACTIVE = [true, true, true, true, true];
const NONE_ACTIVE = [false, false, false, false, false];

let server: TestServer;
let chain: ExchangeChain;
beforeAll(async () => {
  server = await startServer({ args: ['--demo'] });
  chain = await layOutChain(server);
});
afterAll(() => server.remove());

const activeAmong = async (tokens: readonly string[]): Promise<unknown[]> =>
  (await chain.introspect(tokens)).map(({ active }) => active);
const revoke = (token: string): Promise<unknown> =>
  server.json(['token', 'revoke', jtiOf(token), '--yes']);
const trace = (token: string): Promise<{ readonly root: WireTracedToken }> =>
  server.json(['token', 'trace', token]);
const wayDown = (token: WireTracedToken): WireTracedToken[] => [
  token,
  ...token.children.flatMap(wayDown),
];

describe('a chain of four exchanges in the example catalog', () => {
  test('[RFC 8693 §4.1] gives each token exactly the scope its rule lists, the actors nested four deep', async () => {
    const tokens = await chain.run();
    const claims = tokens.map((token) => decodeJwt(token));
    expect(claims.map(({ scope }) => scope)).toEqual(LINKS.map(({ asksFor }) => asksFor));
    expect(claims.map(({ client_id: client }) => client)).toEqual(
      LINKS.map(({ client }) => client),
    );
    expect(claims.map(({ aud }) => aud)).toEqual(
      AUDIENCES.map((name) => `https://${name}.acme.example`),
    );
    expect(new Set(claims.map(({ sub }) => sub))).toEqual(new Set(['app']));
    expect(claims.map(({ act }) => act)).toEqual([
      undefined,
      { sub: 'front' },
      { sub: 'orders', act: { sub: 'front' } },
      { sub: 'payments', act: { sub: 'orders', act: { sub: 'front' } } },
      { sub: 'ledger', act: { sub: 'payments', act: { sub: 'orders', act: { sub: 'front' } } } },
    ]);
    for (const [index, { exp = 0 }] of claims.slice(1).entries()) {
      expect(exp).toBeLessThanOrEqual(claims[index]?.exp ?? 0);
    }
    const introspected = await chain.introspect(tokens);
    expect(introspected.map(({ active, act }) => [active, act])).toEqual(
      claims.map(({ act }) => [true, act]),
    );
  });

  test('is the only way to any of them: no service is granted the next step for itself', async () => {
    for (const { client, asksFor } of LINKS.slice(1)) {
      const answer = await requestToken(server, chain.credentialOf(client), { scope: asksFor });
      expect([answer.status, answer.body['scope_errors']]).toMatchObject([
        400,
        [{ scope: asksFor, reason: 'not_entitled' }],
      ]);
    }
  });

  test('dies whole, all five at once, when its root is revoked', async () => {
    const [tokens, others] = [await chain.run(), await chain.run()];
    expect(await activeAmong(tokens)).toEqual(ALL_ACTIVE);
    await revoke(tokens[0] ?? '');
    expect(await activeAmong(tokens)).toEqual(NONE_ACTIVE);
    expect(await activeAmong(others)).toEqual(ALL_ACTIVE);
  });

  test('dies below the token that is revoked in the middle', async () => {
    const tokens = await chain.run();
    await revoke(tokens[2] ?? '');
    expect(await activeAmong(tokens)).toEqual([true, true, false, false, false]);
  });

  test('dies below the first of its actors that is disabled, and comes back with it', async () => {
    const tokens = await chain.run();
    await server.json(['client', 'disable', 'orders', '--yes']);
    const seen = await server.json<Readonly<Record<string, unknown>>>([
      'token',
      'introspect',
      tokens[4] ?? '',
    ]);
    expect(seen).toEqual({ active: false });
    await server.json(['client', 'enable', 'orders', '--yes']);
    expect(await activeAmong(tokens)).toEqual(ALL_ACTIVE);
  });

  test('is traced from any of its tokens: who asked whom, holding what, under which rule and version', async () => {
    const tokens = await chain.run();
    await revoke(tokens[3] ?? '');
    for (const named of [tokens[4] ?? '', jtiOf(tokens[0] ?? '')]) {
      const told = wayDown((await trace(named)).root);
      expect(told.map(({ jti }) => jti)).toEqual(tokens.map(jtiOf));
      expect(told.map(({ client }) => client)).toEqual(LINKS.map(({ client }) => client));
      expect(told.map(({ active, reason }) => reason ?? active)).toEqual([
        true,
        true,
        true,
        'revoked',
        'revoked',
      ]);
      expect(told[2]).toMatchObject({
        ...{ subject: 'app', scopes: ['payments:charge'], live: ['payments:charge'] },
        granted_by: [
          {
            scope: 'payments:charge',
            by: 'rule',
            rule: {
              actor: { role: 'checkout' },
              holding: ['orders:create'],
              may: ['payments:charge'],
            },
          },
        ],
        catalog_version: 1,
      });
    }
    const { stdout } = await server.ambit(['token', 'trace', jtiOf(tokens[1] ?? '')]);
    expect(stdout).toContain('payments for app at https://ledger.acme.example: revoked');
  });

  test('is explained by the name of its last token as by the token itself', async () => {
    const tokens = await chain.run();
    await revoke(tokens[0] ?? '');
    const last = tokens[4] ?? '';
    for (const named of [last, jtiOf(last)]) {
      const explained = await server.json<{ active: boolean; reasons: readonly string[] }>([
        'token',
        'explain',
        named,
      ]);
      expect(explained.active).toBe(false);
      expect(explained.reasons[0]).toContain(`the token \`${jtiOf(tokens[0] ?? '')}\` above it`);
    }
  });

  test('is explained before anybody asks: what an actor may have on behalf of whom', async () => {
    const explain = async (scope: string, ...holding: readonly string[]) =>
      server.json<{ granted: boolean; by?: string; reasons: readonly string[] }>([
        ...['access', 'explain', 'orders', scope],
        ...holding.flatMap((held) => ['--holding', held]),
      ]);
    expect(await explain('payments:charge', 'orders:create')).toMatchObject({
      granted: true,
      by: 'rule',
      reasons: [
        'the rule `delegation[1]` gives it to `orders` for a token that carries `orders:create`',
      ],
    });
    const { stdout } = await server.ambit(['access', 'explain', 'orders', 'payments:charge']);
    expect(stdout).toContain('ambit access explain orders payments:charge --holding orders:create');
    const lacking = await explain('payments:charge', 'orders:read');
    expect([lacking.granted, lacking.reasons.at(-1)]).toEqual([
      false,
      'the rule `delegation[1]` gives it to `orders` for a token that carries `orders:create` too',
    ]);
    const another = await explain('documents:file', 'orders:create');
    expect([another.granted, another.reasons.at(-1)]).toEqual([
      false,
      'the rule `delegation[3]` gives it to whoever holds the role `archiving`',
    ]);
    expect((await explain('payments:charge', 'checkouts:start')).reasons[0]).toBe(
      'such a token is sent to `web-api` (https://www.acme.example), of which `orders` is no credential',
    );
    expect((await explain('payments:charge', 'orders:craete')).reasons[0]).toBe(
      'the active catalog has no scope `orders:craete` to hold; did you mean `orders:create`?',
    );
  });

  test('is on record as who acted for whom', async () => {
    await chain.run();
    const { stdout } = await server.ambit(['audit', 'list', '--event', 'token.exchanged']);
    expect(stdout).toContain('ledger for payments for orders for front for app');
  });
});
