import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { introspect, requestToken, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { plainOrderCatalog } from './support/order-catalog.ts';
import { restart } from './support/restart.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

type Made = Credential & Record<string, unknown>;
interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
}

let server: TestServer;
let worker: Made;
let other: Made;
let shop: Made;

function publish(actions: readonly string[]): Promise<{ version: number }> {
  const file = join(server.home, 'catalog.json');
  writeFileSync(file, plainOrderCatalog(actions));
  return server.json(['catalog', 'publish', file, '--comment', 'test', '--yes']);
}
const claimsOf = (token: string, part = 1): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
const isActive = async (token: string): Promise<unknown> =>
  (await introspect(server, shop, token)).body['active'];
const revoke = (...words: readonly string[]): Promise<Record<string, unknown>> =>
  server.json(['token', 'revoke', ...words, '--yes']);

beforeAll(async () => {
  server = await startServer({ env: { AMBIT_JWKS_MAX_AGE: '1' } });
  await publish(['read', 'write']);
  const create = ['client', 'create'];
  worker = await server.json<Made>([...create, 'worker', '--role', 'clerk', '--yes']);
  other = await server.json<Made>([...create, 'other', '--role', 'clerk', '--yes']);
  shop = await server.json<Made>([...create, 'shop', '--resource-server', 'shop', '--yes']);
});
afterAll(() => server.remove());

/** Expects these tokens to be covered by what is revoked, those not, and none that is issued afterwards. */
async function expectCovered(
  words: readonly string[],
  covered: readonly string[],
  spared: readonly string[],
  again: () => Promise<string>,
): Promise<Record<string, unknown>> {
  for (const token of [...covered, ...spared]) expect(await isActive(token)).toBe(true);
  const rule = await revoke(...words);
  for (const token of covered) expect(await isActive(token)).toBe(false);
  for (const token of spared) expect(await isActive(token)).toBe(true);
  expect(await isActive(await again())).toBe(true);
  return rule;
}

describe('a revocation takes effect at the very next introspection', () => {
  test('of one token, by itself or by its jti', async () => {
    const [first, second, third] = [
      await tokenOf(server, worker, 'orders:read'),
      await tokenOf(server, worker, 'orders:read'),
      await tokenOf(server, worker, 'orders:read'),
    ];
    const again = () => tokenOf(server, worker, 'orders:read');
    await expectCovered([first], [first], [second, third], again);
    await expectCovered([String(claimsOf(second)['jti'])], [second], [third], again);
    const told = await server.json<{ active: boolean; reasons: string[] }>([
      'token',
      'explain',
      second,
    ]);
    expect(told.active).toBe(false);
    expect(told.reasons.join()).toMatch(
      /revocation rule covers it: .* over this token, made .* by `admin`/,
    );
    const byJti = await server.json<{ claims: object }>([
      'token',
      'explain',
      String(claimsOf(third)['jti']),
    ]);
    expect(byJti.claims).toEqual(claimsOf(third));
  });

  test('of all tokens of a client, which is not disabled by it', async () => {
    const tokens = [
      await tokenOf(server, worker, 'orders:read'),
      await tokenOf(server, worker, 'orders:write'),
    ];
    const spared = [await tokenOf(server, other, 'orders:read')];
    await expectCovered(['--client', 'worker'], tokens, spared, () =>
      tokenOf(server, worker, 'orders:read'),
    );
  });

  test('of all tokens that carry a scope, whoever holds them', async () => {
    const tokens = [
      await tokenOf(server, worker, 'orders:read orders:write'),
      await tokenOf(server, other, 'orders:write'),
    ];
    const spared = [await tokenOf(server, other, 'orders:read')];
    await expectCovered(['--scope', 'orders:write'], tokens, spared, () =>
      tokenOf(server, worker, 'orders:write'),
    );
  });

  test('of a scope that only an older version lists, which may come back', async () => {
    const { version } = await publish(['read', 'write', 'gone']);
    const token = await tokenOf(server, worker, 'orders:gone');
    await publish(['read', 'write', 'new']);
    expect(await isActive(token)).toBe(false);

    await revoke('--scope', 'orders:gone');
    await server.json(['catalog', 'rollback', String(version), '--yes']);
    expect(await isActive(token)).toBe(false);
    expect(await isActive(await tokenOf(server, worker, 'orders:gone'))).toBe(true);
    const slip = await server.ambit(['token', 'revoke', '--scope', 'orders:wriet', '--yes']);
    expect(slip.code).toBe(1);
    expect(slip.stderr).toContain('did you mean `orders:write`?');
  });

  test('of all tokens issued under a version, which may be activated again', async () => {
    const { version } = await publish(['read', 'write', 'versioned']);
    const tokens = [await tokenOf(server, worker, 'orders:read')];
    expect(claimsOf(tokens[0] ?? '')['catalog_version']).toBe(version);
    const { version: next } = await publish(['read', 'write', 'next']);
    const spared = [await tokenOf(server, worker, 'orders:read')];
    expect(next).toBe(version + 1);
    await expectCovered(['--catalog-version', String(version)], tokens, spared, async () => {
      await server.json(['catalog', 'rollback', String(version), '--yes']);
      return tokenOf(server, worker, 'orders:read');
    });
  });

  test('of all tokens issued before a time, those of that very second included', async () => {
    const tokens = [
      await tokenOf(server, worker, 'orders:read'),
      await tokenOf(server, other, 'orders:write'),
    ];
    const iat = Math.max(...tokens.map((token) => Number(claimsOf(token)['iat'])));
    const time = new Date(iat * 1000).toISOString();
    await expectCovered(['--issued-before', time], tokens, [], () =>
      tokenOf(server, worker, 'orders:read'),
    );
    const future = new Date((iat + 3600) * 1000).toISOString();
    const refused = await server.ambit(['token', 'revoke', '--issued-before', future, '--yes']);
    expect(refused.code).not.toBe(0);
  });

  test('of a key, for good: it leaves the JWKS at once and the next one signs', async () => {
    const token = await tokenOf(server, worker, 'orders:read');
    const kid = String(claimsOf(token, 0)['kid']);
    const jwks = async (): Promise<string[]> => {
      const discovery = await fetch(`${server.url}/.well-known/openid-configuration`);
      const { jwks_uri: uri } = (await discovery.json()) as { jwks_uri: string };
      const { keys } = (await (await fetch(uri)).json()) as { keys: { kid: string }[] };
      return keys.map((key) => key.kid);
    };
    const keys = async (): Promise<readonly Key[]> =>
      (await server.json<{ items: readonly Key[] }>(['key', 'list'])).items;
    expect(await jwks()).toContain(kid);
    const next = (await keys()).find(({ alg, state }) => alg === 'ES256' && state === 'next');

    await expectCovered(['--key', kid], [token], [], () => tokenOf(server, worker, 'orders:read'));
    expect(await jwks()).not.toContain(kid);
    expect(await jwks()).toContain(next?.kid);
    const signed = await tokenOf(server, worker, 'orders:read');
    expect(claimsOf(signed, 0)['kid']).toBe(next?.kid);
    expect((await keys()).find((key) => key.kid === kid)?.state).toBe('destroyed');
    expect((await keys()).filter(({ alg }) => alg === 'ES256').map(({ state }) => state)).toEqual(
      expect.arrayContaining(['active', 'next']),
    );
  });
});

describe('what is revoked stays so', () => {
  test('a token, after the server was killed and started again', async () => {
    const token = await tokenOf(server, worker, 'orders:read');
    const spared = await tokenOf(server, worker, 'orders:read');
    await revoke(token);
    server = await restart(server);
    expect(await isActive(token)).toBe(false);
    expect(await isActive(spared)).toBe(true);
  });

  test('an admin token, which the admin API refuses at the next request', async () => {
    const { body } = await requestToken(server, adminCredentials(server.home));
    const token = String(body['access_token']);
    const whoami = (): Promise<Response> =>
      fetch(`${server.url}/admin/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
    expect((await whoami()).status).toBe(200);
    await revoke(token);
    const refused = await whoami();
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
    expect(await refused.json()).toMatchObject({ code: 'auth.invalid' });
  });
});
