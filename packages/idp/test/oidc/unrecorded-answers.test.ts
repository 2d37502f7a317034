import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { introspect, requestToken, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential } from '../../../../test/support/oauth.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});
const ASKED = { scope: 'orders:read' };
const CLIENTS = [
  clientNamed('editor', { assignments: [{ role: 'editor' }] }),
  clientNamed('shop-api', {
    resourceServers: [{ name: 'shop-api', audience: 'https://api.shop.example' }],
  }),
];

let server: OidcHarness;
let token: string;
beforeAll(async () => {
  server = await startOidc(SHOP, CLIENTS);
});
beforeEach(async () => {
  token = await tokenOf(server, secretOf('editor'), 'orders:read');
  server.log.length = 0;
  server.auditFails = true;
});
afterEach(() => {
  server.auditFails = false;
});
afterAll(() => server.close());

describe('while the audit log cannot be written', () => {
  test('no token leaves, and it is said when to come again', async () => {
    const { status, headers, body } = await requestToken(server, secretOf('editor'), ASKED);
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the audit log cannot be reached',
    });
  });

  test('a resource server is told about a token all the same', async () => {
    const { status, body } = await introspect(server, secretOf('shop-api'), token);
    expect([status, body['active']]).toEqual([200, true]);
  });

  test('a client learns which scope it may not have, so that it can ask for another', async () => {
    const asked = { scope: 'ambit.token:revoke' };
    const { status, body } = await requestToken(server, secretOf('editor'), asked);
    expect([status, body['error']]).toEqual([400, 'invalid_scope']);
  });

  test('whoever lost the answer to a revocation learns that it is done', async () => {
    server.auditFails = false;
    expect((await revoke(server, secretOf('editor'), token)).status).toBe(200);
    server.auditFails = true;
    expect((await revoke(server, secretOf('editor'), token)).status).toBe(200);
  });

  test('a stranger learns nothing about a secret', async () => {
    const guessed = { client_id: 'editor', client_secret: 'guessed' };
    expect((await requestToken(server, guessed)).status).toBe(503);
    expect((await revoke(server, guessed, token)).status).toBe(503);
  });

  test('no request leaves a line in the log above those for debugging', async () => {
    await requestToken(server, secretOf('editor'), ASKED);
    await introspect(server, secretOf('shop-api'), token);
    const lines = server.log.map((line) => JSON.parse(line) as { level: string; msg: string });
    expect(lines.map(({ msg }) => msg)).toContain('audit record not written');
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });
});
