/** A client's name and secret. */
export interface Credential {
  readonly client_id: string;
  readonly client_secret: string;
}

export interface OAuthAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

type Parameters = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

const pairs = (parameters: Parameters): [string, string][] =>
  (Array.isArray(parameters) ? parameters : Object.entries(parameters)) as [string, string][];

/** Posts a form as a client that authenticates by `client_secret_basic`. */
export async function post(
  url: string,
  credential: Credential | undefined,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Promise<OAuthAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
      ...(credential === undefined
        ? {}
        : {
            authorization: `Basic ${Buffer.from(`${credential.client_id}:${credential.client_secret}`).toString('base64')}`,
          }),
    },
    body: new URLSearchParams(pairs(parameters)).toString(),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** Asks for a token by client credentials (RFC 6749 §4.4). */
export const requestToken = (
  server: { url: string },
  credential: Credential,
  parameters: Parameters = {},
): Promise<OAuthAnswer> =>
  post(`${server.url}/oauth2/token`, credential, [
    ['grant_type', 'client_credentials'],
    ...pairs(parameters),
  ]);

/** A token that must be granted. */
export async function tokenOf(
  server: { url: string },
  credential: Credential,
  scope: string,
): Promise<string> {
  const answer = await requestToken(server, credential, { scope });
  if (answer.status !== 200) {
    throw new Error(`no token for \`${scope}\`: ${JSON.stringify(answer.body)}`);
  }
  return String(answer.body['access_token']);
}

/** Introspects a token as a resource server (RFC 7662 §2.1). */
export const introspect = (
  server: { url: string },
  credential: Credential,
  token: string,
): Promise<OAuthAnswer> => post(`${server.url}/oauth2/introspect`, credential, { token });

/** Revokes a token at the revocation endpoint (RFC 7009 §2.1). */
export const revoke = (
  server: { url: string },
  credential: Credential,
  token: string,
): Promise<OAuthAnswer> => post(`${server.url}/oauth2/revoke`, credential, { token });
