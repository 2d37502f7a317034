import { request } from 'node:http';
import type { Credential } from './oauth.ts';
import { startServer } from './server.ts';
import type { ServerOptions, TestServer } from './server.ts';
import { until } from './until.ts';

/** A line of the log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** What a server has logged so far. */
export const logOf = (server: TestServer): LogLine[] =>
  server
    .output()
    .stdout.split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);

/** Every worker that has started so far, the dead ones among them. */
export const workersOf = (server: TestServer): { worker: number; pid: number }[] =>
  logOf(server)
    .filter(({ msg }) => msg === 'worker started')
    .map(({ worker, pid }) => ({ worker: Number(worker), pid: Number(pid) }));

/** Starts a server of two workers, with a management listener. */
export const startWorkers = ({ args = [], env = {}, ...rest }: ServerOptions = {}) =>
  startServer({
    ...rest,
    args: ['--workers', '2', ...args],
    env: { AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0', ...env },
  });

/** Where the management listener of a server is. */
export const managementOf = (server: TestServer): string =>
  `http://127.0.0.1:${String(logOf(server).find(({ msg }) => msg === 'listening')?.['management_port'])}`;

/** An answer over a connection of its own. */
export interface FreshAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}

/** Posts a form over a new connection, which any of the workers may take. */
export function freshPost(
  url: string,
  credential: Credential,
  parameters: Readonly<Record<string, string>>,
): Promise<FreshAnswer> {
  const { client_id: id, client_secret: secret } = credential;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(new URLSearchParams(parameters).toString());
  });
}

/** Asks for a token over a new connection. */
export const tokenOver = (server: TestServer, credential: Credential, scope?: string) =>
  freshPost(`${server.url}/oauth2/token`, credential, {
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
  });

/** Kills so many workers at once, and waits until others have taken their places. */
export async function killWorkers(server: TestServer, count: number): Promise<void> {
  const started = workersOf(server);
  const living = new Map(started.map(({ worker, pid }) => [worker, pid]));
  for (const pid of [...living.values()].slice(0, count)) process.kill(pid, 'SIGKILL');
  await until(() => workersOf(server).length >= started.length + count);
}
