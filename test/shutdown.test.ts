import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { requestToken } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { AMBIT_IDP, bareEnv, ROOT } from './support/processes.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { until } from './support/until.ts';

let server: TestServer;
let admin: Credential;

/** A connection that is written to by hand. */
interface Wire {
  readonly socket: Socket;
  /** Everything that came back so far. */
  heard(): string;
  readonly closed: Promise<unknown>;
}

async function dial(port: number | string): Promise<Wire> {
  const socket = connect(Number(port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'connect');
  return { socket, heard: () => heard, closed };
}

const portOf = ({ url }: TestServer): string => new URL(url).port;
/** Where health is told apart from everything else. */
const managementPortOf = (started: TestServer): string =>
  /"management_port":(\d+)/.exec(started.output().stdout)?.[1] ?? '';
const isRefused = (port: number | string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

/** A token request up to, and from, the middle of its body. */
function tokenRequest({ client_id: id, client_secret: secret }: Credential): [string, string] {
  const body = 'grant_type=client_credentials';
  const head = [
    'POST /oauth2/token HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    `Authorization: Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  ];
  return [`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`, body.slice(10)];
}

beforeEach(async () => {
  server = await startServer({ env: { AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0' } });
  admin = adminCredentials(server.home);
});
afterEach(() => server.remove());

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('finishes what is in flight, says that it is not ready, takes nothing new, and exits 0', async () => {
    const [first, rest] = tokenRequest(admin);
    const inFlight = await dial(portOf(server));
    inFlight.socket.write(first);
    const probe = await dial(portOf(server));
    probe.socket.write('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n');
    const idle = await dial(portOf(server));
    idle.socket.write('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => idle.heard().includes('"ready"'));

    const exit = server.stop(signal);
    await idle.closed;
    await until(() => isRefused(portOf(server)));
    expect(server.child.exitCode).toBeNull();
    const health = await fetch(`http://127.0.0.1:${managementPortOf(server)}/health/ready`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'draining' });

    probe.socket.write('\r\n');
    await probe.closed;
    expect(probe.heard()).toMatch(/^HTTP\/1\.1 503 /);
    expect(probe.heard()).toContain('"draining"');

    inFlight.socket.write(rest);
    await inFlight.closed;
    expect(inFlight.heard()).toMatch(/^HTTP\/1\.1 200 /);
    expect(inFlight.heard()).toContain('access_token');

    expect(await exit).toBe(0);
    expect(server.output().stdout).toContain('"msg":"stopped"');
    expect(server.output().stderr).toBe('');
  });
});

describe('a signal to the command that was started', () => {
  test('reaches the server through `exec`, as `npm start` runs it', async () => {
    const child = spawn('sh', ['-c', `exec ${AMBIT_IDP} serve`], {
      cwd: ROOT,
      env: { ...bareEnv(), AMBIT_HOME: server.home, AMBIT_LISTEN: '127.0.0.1:0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    await until(() => stdout.includes('"msg":"listening"'));
    const port = /"port":(\d+)/.exec(stdout)?.[1] ?? '';
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(await isRefused(port)).toBe(true);
  });
});

describe('kill -9', () => {
  test('leaves a store that starts again, with every token that was handed out on record', async () => {
    const handedOut = new Set<string>();
    const ask = async (): Promise<void> => {
      for (;;) {
        const answer = await requestToken(server, admin);
        const [, payload = ''] = String(answer.body['access_token']).split('.');
        const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string };
        handedOut.add(claims.jti);
      }
    };
    const asking = Array.from({ length: 8 }, () => ask().catch(() => undefined));
    await until(() => handedOut.size >= 200);
    expect(await server.stop('SIGKILL')).toBeNull();
    await Promise.all(asking);

    server = await startServer({ home: server.home });
    const { items } = await server.json<{ items: readonly { jti?: string }[] }>([
      'audit',
      'list',
      '--event',
      'token.issued',
    ]);
    const onRecord = new Set(items.map(({ jti }) => jti));
    expect([...handedOut].filter((jti) => !onRecord.has(jti))).toEqual([]);
  });
});
