/** The library as it comes: oidc-provider with its memory adapter, issuing JWT access tokens by resource indicator. */
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import type { JWKS } from 'oidc-provider';
import { announce, listen, readSettings } from './settings-and-announcement.ts';
import type { StockSettings } from './stock-settings.ts';

const settings = await readSettings<StockSettings>();
const servers = new Map(settings.resourceServers.map((server) => [server.audience, server]));

const jwk = (privateKey: KeyObject, alg: string) => ({
  ...privateKey.export({ format: 'jwk' }),
  alg,
  use: 'sig',
});
const keys = [
  jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256'),
  jwk(generateKeyPairSync('ed25519').privateKey, 'EdDSA'),
  jwk(generateKeyPairSync('rsa', { modulusLength: settings.rsaBits }).privateKey, 'RS256'),
];

const server = createServer();
const url = await listen(server);
const provider = new Provider(url, {
  jwks: { keys } as JWKS,
  scopes: settings.resourceServers.flatMap(({ scope }) => scope.split(' ')),
  clients: [
    {
      client_id: settings.client.clientId,
      client_secret: settings.client.clientSecret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_ctx, resource) {
        const found = servers.get(resource);
        if (!found) throw new Error(`unknown resource ${resource}`);
        return {
          scope: found.scope,
          audience: found.audience,
          accessTokenTTL: settings.lifetimeSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: found.alg } },
        };
      },
    },
  },
});
const handle = provider.callback();
server.on('request', (request, response) => {
  void handle(request, response);
});

announce(url);
