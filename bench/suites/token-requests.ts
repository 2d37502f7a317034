import { basicAuthorization } from '../load/requests.ts';
import type { Credentials } from '../load/requests.ts';
import { audienceOf, scopeNames } from '../seed/bench-catalog.ts';
import type { BenchAlg } from '../seed/bench-catalog.ts';
import type { SeededHome } from '../seed/seed-home.ts';
import type { BareAnswer } from '../servers/bare-answer.ts';
import type { ServerProcess } from '../servers/server-process.ts';

/** What every token response contains. */
export const TOKEN_MARK = '"access_token":';

/** What the introspection response of every active token contains. */
export const ACTIVE_MARK = '"active":true';

/** Where the endpoints of a server are, as its discovery document says. */
export interface Endpoints {
  readonly token: string;
  readonly introspection: string;
  readonly jwks: string;
}

/** The one client of a home that has but one. */
export function onlyClient({ clients }: SeededHome): Credentials {
  const [client] = clients;
  if (client === undefined || clients.length > 1) throw new Error('the home has not one client');
  return client;
}

/** Asks a server where its endpoints are (RFC 8414 §3). */
export async function discover({ url }: ServerProcess): Promise<Endpoints> {
  const response = await fetch(new URL('/.well-known/openid-configuration', url));
  const metadata = (await response.json()) as Record<string, string>;
  const { token_endpoint: token, introspection_endpoint: introspection, jwks_uri: jwks } = metadata;
  if (token === undefined || jwks === undefined) throw new Error(`${url} names no endpoints`);
  return { token, introspection: introspection ?? '', jwks };
}

/** A client_credentials request for two scopes of one server, from `first` on in its list. */
export function tokenForm(home: SeededHome, alg: BenchAlg, first = 0): Record<string, string> {
  const names = scopeNames(home.catalog, alg);
  return {
    grant_type: 'client_credentials',
    resource: audienceOf(alg),
    scope: [names[first], names[first + 1]].join(' '),
  };
}

/** Asks once, outside what is measured, and gives what a bare server needs to answer the same bytes. */
export async function fetchAnswer(
  url: string,
  client: Credentials,
  form: Record<string, string>,
): Promise<BareAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: basicAuthorization(client) },
    body: new URLSearchParams(form),
  });
  const body = await response.text();
  if (response.status !== 200) {
    throw new Error(`${url} answered ${String(response.status)}: ${body}`);
  }
  const byEveryServer = ['connection', 'keep-alive', 'date'];
  const headers = [...response.headers].filter(([name]) => !byEveryServer.includes(name));
  return { headers: Object.fromEntries(headers), body };
}

export const accessTokenIn = (body: string): string =>
  (JSON.parse(body) as { access_token: string }).access_token;

/** How long a server's RSA key is, so that the other one gets one of the same length. */
export async function rsaBitsOf({ jwks }: Endpoints): Promise<number> {
  const response = await fetch(jwks);
  const { keys } = (await response.json()) as { keys: { n?: string }[] };
  const modulus = keys.find(({ n }) => n !== undefined)?.n;
  if (modulus === undefined) throw new Error(`${jwks} holds no RSA key`);
  return Buffer.from(modulus, 'base64url').length * 8;
}
