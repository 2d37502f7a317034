import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Credential } from '../support/oauth.ts';
import type { Finished, RunOptions } from '../support/processes.ts';
import type { TestServer } from '../support/server.ts';
import { formsOf } from './forms.ts';

/** Something that must be nowhere: of which flow, and what it is. */
export interface MarkedSecret {
  readonly flow: string;
  readonly what: string;
  readonly forms: readonly string[];
}

/** A request as it goes out. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What a client shows in the TLS handshake, and the authority it believes. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca: string };
}

/** What came back. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Where flows are driven: it sends their requests, knows their secrets and keeps whatever was said to them. */
export interface Stage {
  readonly server: TestServer;
  /** Everything that was told to somebody, by where: answers, and what commands printed. */
  readonly answers: string[];
  readonly printed: string[];
  readonly secrets: MarkedSecret[];
  /** Everything that was sent as traces. */
  readonly traces: readonly string[];
  /** Servers of flows of their own; looked at as the first one is. */
  readonly servers: TestServer[];
  /** Begins a flow: the secrets that follow are its. */
  begin(flow: string): void;
  /** Marks a secret; gives it back. */
  keep(what: string, secret: string): string;
  /** Marks a token, and its signature, which alone is as good to whoever knows the rest; gives it back. */
  keepToken(what: string, token: string): string;
  send(url: string, sent?: Sent): Promise<Told>;
  /** Posts a form to an OAuth endpoint. */
  form(
    path: string,
    parameters: Readonly<Record<string, string>>,
    by?: Credential,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Told>;
  /** Asks the admin API; a token of the administrator's is taken where none is given. */
  admin(
    what: string,
    body?: string | object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Told>;
  /** Gets a token, which is marked, by a form that must be granted. */
  token(
    what: string,
    parameters: Readonly<Record<string, string>>,
    by?: Credential,
    headers?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** Runs `ambit` as the administrator, or with the environment given. */
  ambit(words: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Registers a client, whose secret is marked. */
  register(name: string, settings?: object): Promise<Credential>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The header of `client_secret_basic`. */
export const basic = ({ client_id: id, client_secret: secret }: Credential): string =>
  `Basic ${base64(`${id}:${secret}`)}`;

/** Sets up a stage before a running server that sends its traces, with an access token of its administrator. */
export function createStage(
  server: TestServer,
  adminToken: () => string,
  traces: readonly string[],
): Stage {
  let flow = '';
  const secrets: MarkedSecret[] = [];
  const answers: string[] = [];
  const printed: string[] = [];

  const stage: Stage = {
    server,
    answers,
    printed,
    secrets,
    traces,
    servers: [server],
    begin(name) {
      flow = name;
    },
    keep(what, secret) {
      secrets.push({ flow, what, forms: formsOf(secret) });
      return secret;
    },
    keepToken(what, token) {
      stage.keep(`the signature of ${what}`, token.split('.').at(-1) ?? '');
      return stage.keep(what, token);
    },
    async send(url, sent = {}) {
      const told = await exchange(url, sent);
      answers.push(withoutDelivery(told));
      return told;
    },
    form: (path, parameters, by, headers = {}) =>
      stage.send(server.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(by === undefined ? {} : { authorization: basic(by) }),
          ...headers,
        },
        body: new URLSearchParams(parameters).toString(),
      }),
    admin(what, body, headers = {}) {
      const [method = '', path = ''] = what.split(' ');
      return stage.send(`${server.url}/admin/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${adminToken()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    async token(what, parameters, by, headers) {
      const { status, text, body } = await stage.form('/oauth2/token', parameters, by, headers);
      if (status !== 200) throw new Error(`no ${what}: ${text}`);
      return stage.keepToken(what, String(body['access_token']));
    },
    async ambit(words, options) {
      const finished = await server.ambit(words, options);
      printed.push(finished.stdout, finished.stderr);
      return finished;
    },
    async register(name, settings = {}) {
      const { status, text, body } = await stage.admin('POST /clients', {
        client_id: name,
        ...settings,
      });
      if (status !== 201) throw new Error(`${name} was not registered: ${text}`);
      const secret = body['client_secret'];
      if (typeof secret === 'string') stage.keep(`the secret of ${name}`, secret);
      return { client_id: name, client_secret: String(secret ?? '') };
    },
  };
  return stage;
}

/** An answer as text, but for the one secret that it is there to deliver. */
function withoutDelivery({
  status,
  text,
  body,
  headers,
}: Told & { readonly headers: string }): string {
  const delivered = [body['access_token'], body['client_secret']].filter(
    (secret) => typeof secret === 'string' && status < 300,
  );
  return delivered.reduce<string>(
    (left, secret) => left.replace(String(secret), ''),
    headers + text,
  );
}

function exchange(url: string, sent: Sent): Promise<Told & { readonly headers: string }> {
  const { method = 'GET', headers = {}, body, tls } = sent;
  const open = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = open(url, { method, headers, agent: false, ...tls }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const parsed = text.startsWith('{') ? (JSON.parse(text) as Told['body']) : {};
        const fields = JSON.stringify(response.rawHeaders);
        resolve({ status: response.statusCode ?? 0, text, body: parsed, headers: fields });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
