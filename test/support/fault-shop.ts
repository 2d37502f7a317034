import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { post, requestToken } from './oauth.ts';
import type { Credential, OAuthAnswer } from './oauth.ts';
import { adminCredentials } from './server.ts';

/** Where a server is; it moves when it is started again. */
export interface Place {
  readonly url: string;
  readonly home: string;
}

/** An answer of the admin API. */
export interface AdminAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly body: Record<string, unknown>;
}

/** Who takes part in a drill: a service, two servers that take its tokens, and an administrator. */
export interface FaultShop {
  /** Asks for a token as the service. */
  token(): Promise<OAuthAnswer>;
  /** Introspects as the resource server that has a secret, or as the one that signs assertions. */
  introspect(token: string, by: 'secret' | 'assertion'): Promise<OAuthAnswer>;
  /** Revokes as the service. */
  revoke(token: string): Promise<OAuthAnswer>;
  /** Asks the admin API: `POST /revocations`. */
  admin(what: string, body?: unknown): Promise<AdminAnswer>;
  /** The service, and the server with a secret. */
  readonly service: Credential;
  readonly resourceServer: Credential;
}

const CATALOG = {
  catalog: 'fault-drill',
  resourceServers: {
    shop: {
      audience: 'https://shop.drill.example',
      description: 'The shop',
      owner: 'drill',
      accessToken: { lifetimeSeconds: 3600 },
      resources: {
        orders: { description: 'Orders', actions: { read: { description: 'See orders' } } },
      },
    },
  },
  roles: { reader: { description: 'Reads orders', scopes: ['orders:read'] } },
};

/** How long a token of the admin API is used: less than it lives. */
const ADMIN_TOKEN_MS = 200_000;

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Publishes the catalog of a drill and registers who takes part; `place` tells where the server is by now. */
export async function layOutShop(place: () => Place, issuer = place().url): Promise<FaultShop> {
  const administrator = adminCredentials(place().home);
  let held: { readonly token: string; readonly until: number } | undefined;

  const adminToken = async (): Promise<string> => {
    if (held && performance.now() < held.until) return held.token;
    const { status, body } = await requestToken(place(), administrator);
    if (status !== 200) throw new Error(`no token for the administrator: ${JSON.stringify(body)}`);
    held = {
      token: String(body['access_token']),
      until: performance.now() + ADMIN_TOKEN_MS,
    };
    return held.token;
  };
  const send = async (what: string, body: unknown): Promise<Response> => {
    const [method = '', path = ''] = what.split(' ');
    return fetch(`${place().url}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await adminToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  const admin: FaultShop['admin'] = async (what, body) => {
    let response = await send(what, body);
    if (response.status === 401) {
      held = undefined; // its clock may have moved on
      response = await send(what, body);
    }
    const text = await response.text();
    return {
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? '',
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  };
  const must = async (what: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await admin(what, body);
    if (answer.status >= 300) throw new Error(`${what}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const register = async (client_id: string, settings: object): Promise<Credential> =>
    (await must('POST /clients', { client_id, ...settings })) as object as Credential;

  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const publicJwk = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'signer' };
  await must('POST /catalog/versions', { source: JSON.stringify(CATALOG), comment: 'drill' });
  const service = await register('service', { roles: ['reader'] });
  const resourceServer = await register('shop-server', { resource_servers: ['shop'] });
  await register('shop-signer', {
    ...{ resource_servers: ['shop'], auth: 'private_key_jwt', jwks: { keys: [publicJwk] } },
  });

  const assertion = (): Promise<string> =>
    new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'signer' })
      .setIssuer('shop-signer')
      .setSubject('shop-signer')
      .setAudience(issuer)
      .setExpirationTime('20m')
      .sign(privateKey);

  return {
    service,
    resourceServer,
    admin,
    token: () => requestToken(place(), service, { scope: 'orders:read' }),
    revoke: (token) => post(`${place().url}/oauth2/revoke`, service, { token }),
    async introspect(token, by) {
      const url = `${place().url}/oauth2/introspect`;
      if (by === 'secret') return post(url, resourceServer, { token });
      return post(url, undefined, {
        ...{ token, client_id: 'shop-signer', client_assertion_type: ASSERTION_TYPE },
        client_assertion: await assertion(),
      });
    },
  };
}
