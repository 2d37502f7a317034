import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to the admin API, as the stub saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Below `/admin/v1`, query included. */
  readonly path: string;
  readonly body: unknown;
  readonly token: string;
  readonly ifMatch?: string;
}

/** What the stub answers to one request. */
export interface StubReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

/** A client the stub's token endpoint knows. */
export interface StubClient {
  readonly secret: string;
  /** Scopes it gets when it asks for none. */
  readonly defaults?: readonly string[];
  /** Scopes it may ask for by name. */
  readonly entitled: readonly string[];
  /** What it gets in the place of any token. */
  readonly refusal?: StubReply;
}

export interface StubOptions {
  readonly clients: Readonly<Record<string, StubClient>>;
  /**
   * Answers by `METHOD /path` below `/admin/v1`; the path with its query goes first. Those that are not
   * below it, of the metadata, of health and for tokens, go before what the stub says by itself.
   */
  readonly routes: Readonly<Record<string, StubReply | ((request: SeenRequest) => StubReply)>>;
  readonly lifetimeSeconds?: number;
  /** Issuer to claim; the stub's own URL unless told. */
  readonly issuer?: string;
  /** `Date` header of every answer. */
  readonly date?: string;
}

/** An issuer with an admin API that answers what it was told to, on a free port of this machine. */
export interface StubIssuer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Parameters of every token request, secrets left out. */
  readonly tokenRequests: readonly Readonly<Record<string, string>>[];
  /** Makes every token issued so far useless. */
  expireTokens(): void;
  stop(): Promise<void>;
}

export async function startStubIssuer(options: StubOptions): Promise<StubIssuer> {
  const requests: SeenRequest[] = [];
  const tokenRequests: Record<string, string>[] = [];
  const live = new Set<string>();
  let issued = 0;

  const server = createServer((request, response) => {
    void readAll(request).then((text) => {
      const reply = answer(request, text);
      response.setHeader('date', options.date ?? new Date().toUTCString());
      send(response, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const issuer = options.issuer ?? url;

  function answer(request: IncomingMessage, text: string): StubReply {
    const path = request.url ?? '';
    if (path.startsWith('/admin/v1')) {
      return answerAdmin(request, path.replace('/admin/v1', ''), text);
    }
    const told = options.routes[`${request.method ?? 'GET'} ${path}`];
    if (typeof told === 'object') return told;
    if (path === '/.well-known/oauth-authorization-server') {
      return { body: { issuer, token_endpoint: `${issuer}/token` } };
    }
    if (path === '/token') return issue(request, new URLSearchParams(text));
    return { status: 404 };
  }

  function issue(request: IncomingMessage, parameters: URLSearchParams): StubReply {
    tokenRequests.push(Object.fromEntries(parameters));
    const [id = '', secret] = decodeBasic(request.headers.authorization ?? '');
    const client = options.clients[id];
    if (client === undefined || client.secret !== secret) {
      return {
        status: 401,
        headers: { 'www-authenticate': 'Basic' },
        body: { error: 'invalid_client' },
      };
    }
    if (client.refusal) return client.refusal;
    const asked = parameters.get('scope')?.split(' ') ?? client.defaults ?? [];
    const foreign = asked.filter((scope) => !client.entitled.includes(scope));
    if (asked.length === 0 || foreign.length > 0) {
      return {
        status: 400,
        body: {
          error: 'invalid_scope',
          error_description:
            asked.length === 0 ? 'no scope asked' : `not entitled to ${foreign.join(' ')}`,
          scope_errors: foreign.map((scope) => ({ scope, reason: 'not_entitled' })),
        },
      };
    }
    issued += 1;
    const token = `token-${String(issued)}`;
    live.add(token);
    return {
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in: options.lifetimeSeconds ?? 300,
        scope: asked.join(' '),
      },
    };
  }

  function answerAdmin(request: IncomingMessage, path: string, text: string): StubReply {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const method = request.method ?? 'GET';
    const ifMatch = request.headers['if-match'];
    const seen: SeenRequest = {
      method,
      path,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      token,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    };
    requests.push(seen);
    if (!live.has(token)) return problem(401, 'auth.token_inactive', 'the token is not active');
    const [bare = ''] = path.split('?');
    const route = options.routes[`${method} ${path}`] ?? options.routes[`${method} ${bare}`];
    if (route === undefined) return problem(404, 'http.not_found', `nothing at ${path}`);
    return typeof route === 'function' ? route(seen) : route;
  }

  return {
    url,
    requests,
    tokenRequests,
    expireTokens: () => live.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** A problem as the admin API writes it (RFC 9457). */
export const problem = (
  status: number,
  code: string,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): StubReply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: {
    type: `urn:ambit:problem:${code}`,
    title: code,
    status,
    code,
    detail,
    request_id: 'r-1',
    ...more,
  },
});

function send(response: ServerResponse, { status = 200, headers = {}, body }: StubReply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** RFC 6749 §2.3.1: both parts are form-encoded inside. */
const decodeBasic = (header: string): readonly string[] =>
  Buffer.from(header.replace('Basic ', ''), 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replace(/\+/g, ' ')));
