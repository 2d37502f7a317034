import * as oauth from 'oauth4webapi';
import { discover, requestOptions } from './discovery.ts';
import type { Discovery } from './discovery.ts';
import { TokenRefused } from './errors.ts';
import type { ScopeError } from './errors.ts';
import { fieldsOf } from './problem.ts';
import type { Fetch } from './reach.ts';

/** A client's name and one of its secrets. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where a connection's access tokens come from. */
export interface TokenSource {
  /** A live token that carries all of `scopes`; an empty list asks for any live admin token. */
  token(scopes: readonly string[]): Promise<string>;
  /** Forgets every token held, so that the next one is new. */
  forget(): void;
}

interface HeldToken {
  readonly value: string;
  readonly scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch from which it is not used any more. */
  readonly until: number;
}

/** A token is not used in the last half minute of its life, or the last half of a very short life. */
const MARGIN_MS = 30_000;

/** What to ask for, one after the other, when any token will do and the client has no default scopes. */
const ANY_SCOPE = ['ambit.catalog:read', 'ambit.token:read', 'ambit.metrics:read'];

/**
 * Makes a source of admin tokens by client credentials (RFC 6749 §4.4).
 *
 * Asks with `resource` alone first, so that the client's default scopes apply (RFC 8707 §2); asks for exactly the
 * scopes needed where the client has no defaults or they lack one. Holds tokens until shortly before they expire.
 */
export function createTokenSource(options: {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly fetch: Fetch;
  readonly now: () => number;
}): TokenSource {
  const { url, credentials, fetch, now } = options;
  const held = new Map<string, HeldToken>();
  let discovered: Promise<Discovery> | undefined;
  let hasDefaults = true;

  const discovery = (): Promise<Discovery> =>
    (discovered ??= discover(url, fetch).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    }));

  async function request(scope: string): Promise<HeldToken> {
    const known = held.get(scope);
    if (known !== undefined && now() < known.until) return known;
    const { issuer, server } = await discovery();
    const asked = now();
    const answer = await requestToken(server, credentials, requestOptions(url, fetch), {
      resource: `${issuer}/admin`,
      ...(scope === '' ? {} : { scope }),
    });
    const life = (answer.expires_in ?? 0) * 1000;
    const token = {
      value: answer.access_token,
      scopes: new Set((answer.scope ?? scope).split(' ')),
      until: asked + life - Math.min(MARGIN_MS, life / 2),
    };
    held.set(scope, token);
    return token;
  }

  async function byDefaultScopes(): Promise<HeldToken | undefined> {
    if (!hasDefaults) return undefined;
    try {
      return await request('');
    } catch (error) {
      if (!isScopeRefusal(error)) throw error;
      hasDefaults = false;
      return undefined;
    }
  }

  async function anyToken(): Promise<HeldToken> {
    const [first = '', ...others] = ANY_SCOPE;
    const refused = async (error: unknown, scope: string) => {
      if (isScopeRefusal(error)) return request(scope);
      throw error;
    };
    return others
      .reduce(
        (before, scope) => before.catch((error: unknown) => refused(error, scope)),
        request(first),
      )
      .catch((error: unknown) => {
        throw isScopeRefusal(error) ? nothingGranted(error.status) : error;
      });
  }

  return {
    async token(scopes) {
      const usual = await byDefaultScopes();
      if (usual !== undefined && scopes.every((scope) => usual.scopes.has(scope))) {
        return usual.value;
      }
      return (scopes.length === 0 ? await anyToken() : await request(scopes.join(' '))).value;
    },
    forget: () => held.clear(),
  };
}

const isScopeRefusal = (error: unknown): error is TokenRefused =>
  error instanceof TokenRefused && error.code === 'invalid_scope';

const nothingGranted = (status: number): TokenRefused =>
  new TokenRefused({
    code: 'invalid_scope',
    status,
    description: 'no scope of the admin API is granted to this client',
  });

async function requestToken(
  server: oauth.AuthorizationServer,
  credentials: Credentials,
  options: ReturnType<typeof requestOptions>,
  parameters: Record<string, string>,
): Promise<oauth.TokenEndpointResponse> {
  const client = { client_id: credentials.clientId };
  const authentication = oauth.ClientSecretBasic(credentials.clientSecret);
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication,
    parameters,
    options,
  );
  if (response.status !== 200) throw await refusalOf(response);
  try {
    return await oauth.processClientCredentialsResponse(server, client, response);
  } catch {
    throw new TokenRefused({
      code: 'http.200',
      status: 200,
      description: 'the token endpoint answered with something other than a token',
    });
  }
}

async function refusalOf(response: Response): Promise<TokenRefused> {
  const {
    error,
    error_description: description,
    scope_errors: scopeErrors,
  } = await fieldsOf(response);
  return new TokenRefused({
    code: typeof error === 'string' ? error : `http.${String(response.status)}`,
    status: response.status,
    description:
      typeof description === 'string'
        ? description
        : `the token endpoint answered ${String(response.status)}`,
    scopeErrors: Array.isArray(scopeErrors) ? (scopeErrors as ScopeError[]) : [],
  });
}
