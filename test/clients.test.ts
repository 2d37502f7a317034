import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newAuthority } from './support/certificates.ts';
import type { LibraryAnswer, LibraryTask } from './support/client-libraries.ts';
import type { Credential } from './support/oauth.ts';
import { ROOT, run } from './support/processes.ts';
import { startServer, temporaryFolder } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const AUDIENCE = 'https://api.shop.example';
const SCOPE = 'orders:read';
const CATALOG = {
  catalog: 'shop',
  resourceServers: {
    'shop-api': {
      audience: AUDIENCE,
      description: 'The shop',
      owner: 'team-shop',
      resources: {
        orders: { description: 'Orders', actions: { read: { description: 'See orders' } } },
      },
    },
  },
  roles: { viewer: { description: 'Sees orders', scopes: [SCOPE] } },
};

/** What a process must be told to reach the server. */
interface Transport {
  readonly server: TestServer;
  readonly env: Readonly<Record<string, string>>;
}

const TRANSPORTS: Readonly<Record<string, () => Promise<Transport>>> = {
  'http on loopback': async () => ({ server: await startServer(), env: {} }),

  TLS: async () => {
    const home = temporaryFolder();
    const write = (name: string, pem: string): string => {
      writeFileSync(join(home, name), pem, { mode: 0o600 });
      return join(home, name);
    };
    const authority = await newAuthority();
    const { cert, key } = await authority.issue('CN=localhost', [
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
    ]);
    const env = { NODE_EXTRA_CA_CERTS: write('ca.pem', authority.cert) };
    const tls = {
      AMBIT_TLS_CERT_FILE: write('server.pem', cert),
      AMBIT_TLS_KEY_FILE: write('server.key', key),
    };
    return { server: await startServer({ home, env: tls }), env };
  },
};

describe.each(Object.entries(TRANSPORTS))('unmodified, over %s', (name, start) => {
  let transport: Transport;
  let client: Credential;
  let resourceServer: Credential;

  beforeAll(async () => {
    transport = await start();
    const { server, env } = transport;
    const file = join(server.home, 'shop.json');
    writeFileSync(file, JSON.stringify(CATALOG));
    await server.json(['catalog', 'publish', file, '--comment', 'first', '--yes'], { env });
    const create = (...words: string[]): Promise<Credential> =>
      server.json<Credential & Record<string, unknown>>(['client', 'create', ...words, '--yes'], {
        env,
      });
    client = await create('service', '--role', 'viewer');
    resourceServer = await create('shop', '--resource-server', 'shop-api');
  });
  afterAll(() => transport.server.remove());

  const use = async (library: LibraryTask['library']): Promise<LibraryAnswer> => {
    const issuer = transport.server.url;
    expect(issuer).toMatch(name === 'TLS' ? /^https:\/\// : /^http:\/\//);
    const task: LibraryTask = {
      ...{ library, issuer, client, resourceServer },
      ...{ audience: AUDIENCE, scope: SCOPE },
    };
    const script = join(ROOT, 'test/support/client-libraries.ts');
    const { stdout, stderr } = await run(process.execPath, [script], {
      env: transport.env,
      input: JSON.stringify(task),
    });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as LibraryAnswer;
  };

  test.each(['openid-client', 'oauth4webapi', 'simple-oauth2'] as const)(
    '%s gets a token, sees it active, revokes it and sees it inactive',
    async (library) => {
      expect(await use(library)).toEqual({
        scope: SCOPE,
        activeBefore: true,
        activeAfterRevocation: false,
      });
    },
  );

  test('express-oauth2-jwt-bearer lets a token in by the JWKS, and nobody else', async () => {
    expect(await use('express-oauth2-jwt-bearer')).toEqual({
      scope: SCOPE,
      statuses: [200, 401, 401],
    });
  });
});
