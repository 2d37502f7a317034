import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import type { JWK } from 'jose';
import type { Credential } from '../../../../../test/support/oauth.ts';
import { clientNamed, startOidc } from '../../support/oidc-harness.ts';
import type { OidcHarness } from '../../support/oidc-harness.ts';

export const CATALOG = `
catalog: attacked
resourceServers:
  orders-api: { audience: 'https://orders.example', resources: { orders: { actions: { write: { description: W }, read: { description: R } } } } }
  payments-api: { audience: 'https://payments.example', resources: { payments: { actions: { charge: { description: C }, refund: { description: F }, void: { description: V } } } } }
  ledger-api: { audience: 'https://ledger.example', resources: { ledger: { actions: { post: { description: P } } } } }
roles:
  shopper: { description: Shops, scopes: ['orders:*'] }
  reader: { description: Reads, scopes: ['orders:read'] }
  orders: { description: Takes orders, scopes: ['payments:void'] }
delegation:
  - { actor: { role: orders }, holding: ['orders:write'], may: ['payments:charge'] }
  - { actor: { role: orders }, holding: ['orders:read'], may: ['payments:refund'] }
  - { actor: { client: payments }, holding: ['payments:charge'], may: ['ledger:post', 'orders:read'] }
`;
export const without = (rule: string): string =>
  CATALOG.split('\n')
    .filter((line) => !line.includes(rule))
    .join('\n');

export const server = (name: string) => ({
  resourceServers: [{ name: `${name}-api`, audience: `https://${name}.example` }],
});
export const roles = (...names: readonly string[]) => ({
  assignments: names.map((role) => ({ role })),
});
export const CLIENTS = [
  clientNamed('front', roles('shopper')),
  clientNamed('stranger', roles('shopper')),
  clientNamed('orders', { ...server('orders'), ...roles('orders', 'reader') }),
  clientNamed('lenient', { ...server('orders'), ...roles('orders'), scopePolicy: 'partial' }),
  clientNamed('payments', server('payments')),
  clientNamed('ledger', server('ledger')),
  // May shop, takes orders too, and would like to do one on behalf of the other.
  clientNamed('double', { ...server('orders'), ...roles('shopper', 'orders') }),
  clientNamed('renamed', {
    resourceServers: [{ name: 'payments-api', audience: 'https://orders.example' }],
    ...roles('orders'),
  }),
  clientNamed('outdated', {
    resourceServers: [{ name: 'orders-api', audience: 'https://old.example' }],
    ...roles('orders'),
  }),
  clientNamed('operator', roles('ambit-viewer')),
  clientNamed('powerful', { ...server('orders'), ...roles('orders', 'ambit-viewer') }),
];
export const credentialOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

/** What is attacked; there once the stage is set. */
export let idp: OidcHarness;
export let keys: OidcHarness['keys'];

/** Starts what is attacked. */
export async function setStage(): Promise<void> {
  idp = await startOidc(CATALOG, CLIENTS);
  keys = idp.keys;
}

/** Puts everything back as it was. */
export function resetStage(): void {
  idp.publish(CATALOG);
  idp.clients = new Map(CLIENTS.map((client) => [client.clientId, client]));
  idp.keys = keys;
  idp.now = Date.now();
  idp.rules.length = 1;
}

export const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const TYPES = 'urn:ietf:params:oauth:token-type:';
export const TYPE = `${TYPES}access_token`;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}
/** One exchange as it goes over the wire; what is asked for may be spoilt in any part. */
export interface Exchange {
  readonly as?: string;
  readonly token: string;
  readonly with?: Readonly<Record<string, string>>;
  /** Sent as they are, after everything else. */
  readonly raw?: string;
  readonly dpop?: string;
  readonly secret?: string;
}

export async function send({
  as = 'orders',
  token,
  raw = '',
  dpop,
  secret,
  ...more
}: Exchange): Promise<Answer> {
  const { client_id: id, client_secret: known } = credentialOf(as);
  const parameters = new URLSearchParams({
    grant_type: GRANT,
    subject_token: token,
    subject_token_type: TYPE,
    scope: 'payments:charge',
    ...more.with,
  });
  if (raw.includes('subject_token=')) parameters.delete('subject_token');
  if (more.with?.['scope'] === '') parameters.delete('scope');
  const response = await fetch(`${idp.url}/oauth2/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret ?? known}`).toString('base64')}`,
      ...(dpop === undefined ? {} : { dpop }),
    },
    body: `${parameters.toString()}${raw}`,
  });
  return {
    status: response.status,
    body: JSON.parse(await response.text()) as Readonly<Record<string, unknown>>,
  };
}

export async function issued(
  clientId: string,
  scope: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { client_id: id, client_secret: secret } = credentialOf(clientId);
  const response = await fetch(`${idp.url}/oauth2/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: id, client_secret: secret, scope },
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  if (response.status !== 200) throw new Error(JSON.stringify(body));
  return String(body['access_token']);
}
/** What `front` was given to shop with: the subject of nearly every attack. */
export const root = (scope = 'orders:write'): Promise<string> => issued('front', scope);

export async function exchanged(exchange: Exchange): Promise<string> {
  const { status, body } = await send(exchange);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return String(body['access_token']);
}
export const charged = async (token?: string): Promise<string> =>
  exchanged({ token: token ?? (await root()) });

export const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
export const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export function activeKey() {
  const key = keys.active.get('ES256');
  if (!key?.privateKey) throw new Error('there is no active key');
  return { ...key, privateKey: key.privateKey };
}
export const es256 = (input: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');

/** Claims and header of a good token, changed; signed with Ambit's own key unless another is given. */
export async function forged(
  claims: object | string = {},
  header: object | string = {},
  key?: KeyObject,
): Promise<string> {
  const payload = typeof claims === 'string' ? claims : { ...decodeJwt(await root()), ...claims };
  const head =
    typeof header === 'string'
      ? header
      : { alg: 'ES256', typ: 'at+jwt', kid: activeKey().kid, ...header };
  const input = `${encode(head)}.${encode(payload)}`;
  return `${input}.${es256(input, key ?? activeKey().privateKey)}`;
}
export async function hmac(secret: string | Buffer): Promise<string> {
  const head = encode({ alg: 'HS256', typ: 'at+jwt', kid: activeKey().kid });
  const input = `${head}.${encode(decodeJwt(await root()))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
export const jwkOf = (key: KeyObject): JWK => key.export({ format: 'jwk' }) as JWK;
export const proof = (pair: { publicKey: KeyObject; privateKey: KeyObject }, claims: object = {}) =>
  new SignJWT({
    ...{ htm: 'POST', htu: `${idp.url}/oauth2/token`, jti: randomUUID() },
    iat: Math.floor(Date.now() / 1000),
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: jwkOf(pair.publicKey) })
    .sign(pair.privateKey);

export type Attack = readonly [
  what: string,
  make: () => Promise<Exchange>,
  error: string,
  status?: number,
];
export const bare = (token: string): Exchange => ({ token });
export const asking =
  (parameters: Readonly<Record<string, string>>) => async (): Promise<Exchange> => ({
    token: await root(),
    with: parameters,
  });

/** A token of `client` that it has exchanged for itself so many times. */
export async function deep(client: string, depth: number): Promise<string> {
  let token = await issued(client, 'orders:write');
  for (let step = 0; step < depth; step += 1) {
    token = await exchanged({ as: client, token, with: { scope: 'orders:write' } });
  }
  return token;
}
export const backAtOrders = async (subject: string): Promise<string> =>
  exchanged({
    as: 'payments',
    token: await charged(await issued(subject, 'orders:write')),
    with: { scope: 'orders:read' },
  });
export const posting = (token: string): Exchange => ({
  as: 'payments',
  token,
  with: { scope: 'ledger:post' },
});

export const boundRoot = async (): Promise<string> =>
  root('orders:write').then(async () =>
    issued('front', 'orders:write', { dpop: await proof(own) }),
  );
