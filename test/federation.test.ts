import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IdentityPoolClient } from 'google-auth-library';
import type { IdentityPoolClientOptions } from 'google-auth-library';
import { decodeJwt } from 'jose';
import { startIssuer } from '../packages/idp/test/support/external-issuer.ts';
import type { ExternalIssuer } from '../packages/idp/test/support/external-issuer.ts';
import { introspect, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const AUDIENCE = 'https://deploys.example';
const SUBJECT = 'system:serviceaccount:ci:deployer';

let issuer: ExternalIssuer;
let server: TestServer;
let api: Credential;
let front: Credential;
beforeAll(async () => {
  issuer = await startIssuer();
  server = await startServer({ env: { AMBIT_FEDERATION_ALLOW_PRIVATE: '1' } });
  await publish({ sub: SUBJECT });
  await server.json([
    'client',
    'create',
    'deploy-bot',
    '--role',
    'deployer',
    '--federated',
    'cluster',
    '--yes',
  ]);
  api = await server.json([
    'client',
    'create',
    'deploys',
    '--resource-server',
    'deploys-api',
    '--yes',
  ]);
  front = await server.json(['client', 'create', 'front', '--role', 'deployer', '--yes']);
});
afterAll(async () => {
  await Promise.all([server.remove(), issuer.close()]);
});

async function publish(match: Readonly<Record<string, string>>): Promise<void> {
  const file = join(server.home, 'catalog.json');
  const catalog = {
    catalog: 'federated',
    resourceServers: {
      'deploys-api': {
        audience: AUDIENCE,
        resources: { deploys: { actions: { create: { description: 'Deploys' } } } },
      },
    },
    roles: { deployer: { description: 'Deploys', scopes: ['deploys:create'] } },
    federation: {
      cluster: {
        issuer: issuer.url,
        audience: server.url,
        rules: [{ match, client: 'deploy-bot', scopes: ['deploys:create'] }],
      },
    },
  };
  writeFileSync(file, JSON.stringify(catalog));
  await server.json(['catalog', 'publish', file, '--comment', 'federation', '--yes']);
}

const external = (): Promise<string> =>
  issuer.sign({
    iss: issuer.url,
    aud: server.url,
    sub: SUBJECT,
    exp: Math.floor(Date.now() / 1000) + 600,
  });

/** The token that the library gets for the one in a file, by a credential file as it stands in its documentation. */
async function obtain(token: string, settings: Partial<Credential> = {}): Promise<string> {
  const file = join(server.home, 'token.jwt');
  writeFileSync(file, token);
  const credentialFile = join(server.home, 'credentials.json');
  const credentials = {
    type: 'external_account',
    audience: 'deploys-api',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.url}/oauth2/token`,
    credential_source: { file, format: { type: 'text' } },
    ...settings,
  };
  writeFileSync(credentialFile, JSON.stringify(credentials));
  const options = JSON.parse(readFileSync(credentialFile, 'utf8')) as IdentityPoolClientOptions;
  const client = new IdentityPoolClient({ ...options, scopes: ['deploys:create'] });
  return String((await client.getAccessToken()).token);
}
const seen = async (token: string) => (await introspect(server, api, token)).body;

describe('google-auth-library, unmodified, with a credential file', () => {
  test('gets a token for that of a workload, without a secret', async () => {
    const token = await obtain(await external());
    expect(decodeJwt(token)).toMatchObject({ sub: 'deploy-bot', fed: { issuer: 'cluster' } });
    expect(await seen(token)).toMatchObject({ active: true, scope: 'deploys:create' });
  });

  test("gets a token for one of Ambit's own", async () => {
    const own = await tokenOf(server, front, 'deploys:create');
    const token = await obtain(own, {
      client_id: front.client_id,
      client_secret: front.client_secret,
    });
    expect(decodeJwt(token)).toMatchObject({ sub: 'front', act: { sub: 'front' } });
    expect(await seen(token)).toMatchObject({ active: true, scope: 'deploys:create' });
  });
});

describe("a workload's token, over the real store", () => {
  test('is on record with who the workload is, and dies with its rule', async () => {
    const token = await obtain(await external());
    const jti = String(decodeJwt(token).jti);
    const { issued } = await server.json<{ issued: object }>(['token', 'explain', jti]);
    expect(issued).toMatchObject({
      client: 'deploy-bot',
      external: { issuer: issuer.url, subject: SUBJECT },
      federation: { issuer: 'cluster' },
    });
    await publish({ sub: 'system:serviceaccount:ci:another' });
    expect(await seen(token)).toEqual({ active: false });
    const explained = await server.json(['token', 'explain', jti]);
    expect(explained).toMatchObject({ active: false });
    expect(JSON.stringify(explained)).toContain('no rule lists it');
    await server.json(['catalog', 'rollback', '1', '--yes']);
    expect(await seen(token)).toMatchObject({ active: true });
  });

  test('private issuers are not asked unless they are allowed', async () => {
    const strict = await startServer();
    const file = join(strict.home, 'catalog.json');
    const catalog = {
      catalog: 'federated',
      resourceServers: {},
      federation: { cluster: { issuer: issuer.url, audience: server.url, rules: [] } },
    };
    writeFileSync(file, JSON.stringify(catalog));
    await strict.json(['catalog', 'publish', file, '--comment', 'federation', '--yes']);
    const before = issuer.asked.length;
    const response = await fetch(`${strict.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await external(),
      }),
    });
    expect(response.status).toBe(503);
    expect(issuer.asked.length).toBe(before);
    await strict.remove();
  });
});
