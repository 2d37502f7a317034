import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { newAuthority } from '../../support/certificates.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';
import type { Stage } from '../stage.ts';

const CATALOG = {
  catalog: 'certified',
  resourceServers: {
    'vault-api': {
      audience: 'https://vault.example',
      accessToken: { senderConstrained: 'mtls' },
      resources: { cards: { actions: { charge: { description: 'Charge' } } } },
    },
  },
  roles: { cashier: { description: 'Charges', scopes: ['cards:charge'] } },
};

/** The same server behind TLS of its own, and a client that proves itself by a certificate. */
export async function mutualTls(stage: Stage): Promise<void> {
  const folder = temporaryFolder();
  const authority = await newAuthority();
  const identity = await authority.issue('CN=localhost', [{ type: 'dns', value: 'localhost' }]);
  const certified = await authority.issue('CN=till');
  const stranger = await (await newAuthority('CN=Another')).issue('CN=till');
  const files = { ca: authority.cert, cert: identity.cert, key: identity.key };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.pem`), text, { mode: 0o600 });
  }
  for (const [what, { key }] of Object.entries({ server: identity, client: certified })) {
    stage.keep(
      `the private key of the ${what}`,
      key.split('\n').slice(1, -2).join('').slice(40, 120),
    );
  }
  const server = await startServer({
    env: {
      AMBIT_LOG_LEVEL: 'debug',
      AMBIT_TLS_CERT_FILE: join(folder, 'cert.pem'),
      AMBIT_TLS_KEY_FILE: join(folder, 'key.pem'),
      AMBIT_TLS_CLIENT_CA_FILE: join(folder, 'ca.pem'),
      AMBIT_ISSUER: '',
    },
  });
  stage.servers.push(server);
  const catalog = join(folder, 'catalog.json');
  writeFileSync(catalog, JSON.stringify(CATALOG));
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  for (const words of [
    ['catalog', 'publish', catalog, '--comment', 'first', '--yes'],
    ['client', 'create', 'till', '--role', 'cashier', '--auth', 'tls_client_auth'].concat([
      '--tls-subject-dn',
      'CN=till',
      '--yes',
    ]),
  ]) {
    expect((await server.ambit(words, { env })).code).toBe(0);
  }
  const ask = (tls: object) =>
    stage.send(`${server.url}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&client_id=till&scope=cards:charge',
      tls: { ca: authority.cert, ...tls },
    });
  const { status, body } = await ask({ cert: certified.cert, key: certified.key });
  expect(status).toBe(200);
  const token = stage.keepToken('a bound token', String(body['access_token']));
  expect((await ask({ cert: stranger.cert, key: stranger.key })).status).toBe(401);
  const shown = await stage.send(`${server.url}/admin/v1/whoami`, {
    headers: { authorization: `Bearer ${token}` },
    tls: { ca: authority.cert },
  });
  expect(shown.status).toBe(401);
  rmSync(folder, { recursive: true });
}
