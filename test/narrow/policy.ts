import type { Client, ClientSecret } from '../../packages/idp/src/clients/client.ts';
import { SHOP, SHOP_NARROWED } from '../../packages/idp/test/support/catalogs.ts';
import { clientNamed } from '../../packages/idp/test/support/oidc-harness.ts';

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
/** Servers that are, beyond those of the shop. */
const PLAIN = `
  ledger-api:
    audience: https://ledger.shop.example
    resources:
      ledger:
        actions:
          post: { description: Post, lifetimeSeconds: 60 }
          read: { description: Read }
          close: { description: Close, deprecated: { since: 2020-01-01, successor: 'ledger:post' } }
`;
const ROLES = `
  anybody: { description: Has all, inherits: [editor, cashier], scopes: ['certs:*', 'odd:*', 'few:*'] }
  acting: { description: Acts for others, scopes: ['orders:read', 'ledger:read'] }
`;

/** Who may do what on behalf of whom: a chain of as many exchanges as there may be, and one more. */
const RULES = `
delegation:
  - { actor: { client: shop-api }, holding: ['orders:read'], may: ['stock:read', 'ledger:close'] }
  - { actor: { client: shop-api }, holding: ['orders:read'], may: ['cards:charge', 'certs:sign', 'odd:look', 'few:take', 'few:watch', 'few:leave'] }
  - { actor: { role: acting }, holding: ['orders:read', 'orders:archive'], may: ['stock:read', 'stock:reserve'], maxDepth: 1 }
  - { actor: { client: stock-api }, holding: ['stock:read'], may: ['ledger:post', 'ledger:read', 'orders:read'] }
  - { actor: { client: ledger-api }, holding: ['ledger:post'], may: ['few:leave'], maxDepth: 3 }
  - { actor: { client: few-api }, holding: ['few:leave'], may: ['stock:read'] }
  - { actor: { client: stock-two }, holding: ['stock:read'], may: ['ledger:read'] }
  - { actor: { client: ledger-two }, holding: ['ledger:read'], may: ['few:leave'] }
`;
const FEWER_RULES = RULES.replace(/^.*client: few-api.*\n/m, '')
  .replace('maxDepth: 3', 'maxDepth: 2')
  .replace("'ledger:read', 'orders:read'", "'orders:read'");

const withMore = (catalog: string, rules: string): string =>
  catalog.replace('roles:\n', `${NOT_PLAIN}${PLAIN}roles:${ROLES}`) + rules;

/** The catalog, and what becomes of it. */
export const CATALOGS = [
  withMore(SHOP, RULES),
  withMore(SHOP_NARROWED, RULES),
  withMore(SHOP, FEWER_RULES),
] as const;

/** What may be asked for. */
export const SCOPES = [
  ...['orders:read', 'orders:write', 'orders:refund', 'orders:archive', 'stock:read'],
  ...['stock:reserve', 'cards:charge', 'certs:sign', 'odd:look', 'few:take', 'few:watch'],
  ...['few:leave', 'ledger:post', 'ledger:read', 'ledger:close', 'ambit.client:read', 'no:such'],
] as const;

/** Whom a token may be for. */
export const AUDIENCES = [
  ...['https://api.shop.example', 'https://stock.shop.example', 'https://vault.shop.example'],
  ...['https://cert.shop.example', 'https://few.shop.example', 'https://[odd'],
  ...['https://ledger.shop.example', 'https://none.example'],
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
  clientNamed('acting', { ...role('acting'), resourceServers: [SHOP_API] }),
  ...['stock', 'ledger', 'few'].flatMap((name) => {
    const resourceServers = [{ name: `${name}-api`, audience: `https://${name}.shop.example` }];
    return ['api', 'two'].map((which) => clientNamed(`${name}-${which}`, { resourceServers }));
  }),
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
