import type { Client, ClientSecret } from '../../packages/idp/src/clients/client.ts';
import type { KeyRing } from '../../packages/idp/src/keys/key-ring.ts';
import { SHOP, SHOP_NARROWED } from '../../packages/idp/test/support/catalogs.ts';
import {
  clientNamed,
  ringOf,
  signingKey,
  startOidc,
} from '../../packages/idp/test/support/oidc-harness.ts';
import type { OidcHarness } from '../../packages/idp/test/support/oidc-harness.ts';
import { makeTokens, REVOKED } from './tokens.ts';

/** Servers and scopes that are not plain: a bound token, a quota, an audience that is no URL. */
const NOT_PLAIN = `
  cert-api:
    audience: https://cert.shop.example
    accessToken: { senderConstrained: mtls }
    resources: { certs: { actions: { sign: { description: Sign } } } }
  odd-api:
    audience: 'https://[odd'
    resources: { odd: { actions: { look: { description: Look } } } }
  few-api:
    audience: https://few.shop.example
    resources:
      few:
        actions:
          take: { description: Take, quota: { limit: 3, windowSeconds: 3600, per: client, mode: enforce } }
          watch: { description: Watch, quota: { limit: 2, windowSeconds: 3600, per: client, mode: observe } }
          leave: { description: Leave }
`;
const withMore = (catalog: string): string =>
  catalog
    .replace('roles:\n', `${NOT_PLAIN.trimStart().replace(/^/, '  ')}roles:\n`)
    .replace(
      'roles:\n',
      "roles:\n  anybody: { description: Has all, inherits: [editor, cashier], scopes: ['certs:*', 'odd:*', 'few:*'] }\n",
    )
    .concat(
      "delegation:\n  - { actor: { client: shop-api }, holding: ['orders:read'], may: ['stock:read'] }\n",
    );

/** The catalog, and what becomes of it. */
export const CATALOGS = [withMore(SHOP), withMore(SHOP_NARROWED)] as const;

/** What may be asked for. */
export const SCOPES = [
  ...['orders:read', 'orders:write', 'orders:refund', 'orders:archive', 'stock:read'],
  ...['stock:reserve', 'cards:charge', 'certs:sign', 'odd:look', 'few:take', 'few:watch'],
  ...['few:leave', 'ambit.client:read', 'no:such'],
] as const;

/** Whom a token may be for. */
export const AUDIENCES = [
  ...['https://api.shop.example', 'https://stock.shop.example', 'https://vault.shop.example'],
  ...['https://cert.shop.example', 'https://few.shop.example', 'https://[odd'],
  'https://none.example',
] as const;

const SHOP_API = { name: 'shop-api', audience: 'https://api.shop.example' };
const role = (name: string) => ({ assignments: [{ role: name }] });

/** The secrets of a client, with something more to each. */
const secretsOf = ({ secrets }: Client, more: Partial<ClientSecret> = {}): ClientSecret[] =>
  secrets.map((secret) => ({ ...secret, ...more }));

/** Everybody who may ask; each has its name with `-secret` behind it for a secret. */
export const CLIENTS: readonly Client[] = [
  clientNamed('viewer', role('viewer')),
  clientNamed('editor', role('editor')),
  clientNamed('anybody', role('anybody')),
  clientNamed('partial', { ...role('viewer'), scopePolicy: 'partial' }),
  clientNamed('default', { ...role('editor'), defaultScopes: ['orders:read', 'stock:read'] }),
  clientNamed('nobody'),
  clientNamed('off', { ...role('editor'), enabled: false }),
  clientNamed('keyed', { ...role('editor'), auth: 'private_key_jwt', jwks: { keys: [] } }),
  clientNamed('bot', { ...role('editor'), auth: 'none', federatedIssuer: 'works' }),
  clientNamed('shop-api', { resourceServers: [SHOP_API] }),
  clientNamed('signed', { resourceServers: [SHOP_API], introspectionAlg: 'EdDSA' }),
  clientNamed('two', {
    ...role('editor'),
    secrets: ['other', 'two'].flatMap((name) => secretsOf(clientNamed(name))),
  }),
  clientNamed('late', {
    ...role('editor'),
    secrets: secretsOf(clientNamed('late'), { expiresAt: 1 }),
  }),
];

/** Two servers over the same state, of which one has the narrow path. */
export interface Roads {
  readonly wide: OidcHarness;
  readonly narrow: OidcHarness;
  /** Tokens of every kind, good ones and others. */
  readonly tokens: readonly string[];
  readonly limited: boolean;
  /** Does the same to both. */
  both(work: (server: OidcHarness) => void): void;
  close(): Promise<void>;
}

/** The keys of a run, before and after a rotation. RSA takes its time. */
export function newRings(): readonly [KeyRing, KeyRing] {
  const others = (['EdDSA', 'PS256'] as const).map((alg) => signingKey(alg));
  const [first, second] = [signingKey('ES256', 'first'), signingKey('ES256', 'second')];
  const { privateKey: _private, ...retired } = first;
  return [
    ringOf(...others, first, signingKey('ES256', 'old', false)),
    ringOf(...others, second, retired),
  ];
}

/** Starts both servers; where they are limited, a client may ask so often a minute, and a stranger fail so often. */
export async function openRoads(keys: KeyRing, limited: boolean): Promise<Roads> {
  const limits = limited ? { requestsPerMinute: 100, freeFailures: 5 } : {};
  const start = (options: object) =>
    startOidc(CATALOGS[0], CLIENTS, undefined, {
      ...limits,
      ...options,
      trustProxy: ['127.0.0.1/32'],
    });
  const wide = await start({ narrowPath: false });
  const narrow = await start({ issuer: wide.url });
  const now = Date.now();
  const both: Roads['both'] = (work) => {
    for (const server of [wide, narrow]) work(server);
  };
  both((server) => {
    server.keys = keys;
    server.now = now;
    server.rules.push(({ jti }) => (jti === REVOKED ? { kind: 'jti', jti } : undefined) as never);
  });
  const tokens = await makeTokens(wide, wide.url, keys);
  await makeTokens(narrow, wide.url, keys); // whoever has asked one server has asked both
  for (const [jti, derivation] of wide.derivations) narrow.derivations.set(jti, derivation);
  both((server) => {
    server.records.length = server.proven.length = server.uses.length = server.log.length = 0;
  });
  return {
    ...{ wide, narrow, tokens, limited, both },
    async close() {
      await Promise.all([wide.close(), narrow.close()]);
    },
  };
}
