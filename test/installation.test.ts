import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { requestToken } from './support/oauth.ts';
import { until } from './support/until.ts';
import { AMBIT_IDP, run } from './support/processes.ts';
import type { Finished } from './support/processes.ts';
import { adminCredentials, startServer, temporaryFolder } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let home: string;
const running: TestServer[] = [];

beforeEach(() => {
  home = temporaryFolder();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(home, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string>>;
const idp = (words: readonly string[], env: Env = {}): Promise<Finished> =>
  run(AMBIT_IDP, words, { env: { AMBIT_HOME: home, ...env } });
async function serve(args: readonly string[] = [], env: Env = {}): Promise<TestServer> {
  const server = await startServer({ home, args, env });
  running.push(server);
  return server;
}
const modeOf = (file: string): string => (statSync(join(home, file)).mode & 0o777).toString(8);
const filled = (file: string): string => readFileSync(join(home, file), 'utf8');

describe('an installation', () => {
  test('is laid out by serve itself, with secrets for its owner alone', async () => {
    const server = await serve();
    expect(JSON.parse(filled('admin.json'))).toEqual({
      url: server.url,
      client_id: 'admin',
      client_secret: expect.stringMatching(/^ambit_[A-Za-z0-9._-]{43,}$/) as unknown,
    });
    for (const file of ['admin.json', 'master.key', 'ambit.db']) expect(modeOf(file)).toBe('600');
    expect(await server.json(['whoami'])).toMatchObject({ client_id: 'admin' });
  });

  test('is bootstrapped once: the second time nothing changes and nothing is printed', async () => {
    const first = await idp(['bootstrap', '--output', 'json']);
    expect(first.code).toBe(0);
    const printed = JSON.parse(first.stdout) as unknown;
    expect(printed).toEqual(JSON.parse(filled('admin.json')));
    expect(modeOf('admin.json')).toBe('600');

    const written = filled('admin.json');
    const second = await idp(['bootstrap', '--output', 'json']);
    expect(second).toMatchObject({ code: 0, stdout: '' });
    expect(second.stderr).toMatch(
      /^ambit-idp: .*has an administrator already.*--reset-admin[^\n]*\n$/,
    );
    expect(filled('admin.json')).toBe(written);
  });

  test('gets one administrator, however many processes lay it out at once', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => idp(['bootstrap', '--output', 'json'])));
    expect(all.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0]);
    const printed = all.map(({ stdout }) => stdout).filter((text) => text !== '');
    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] ?? '')).toEqual(JSON.parse(filled('admin.json')));
  });

  test('gets a further administrator where the secret of the first is lost, and the audit trail says so', async () => {
    await idp(['bootstrap']);
    const { client_secret: lost } = adminCredentials(home);
    rmSync(join(home, 'admin.json'));

    const reset = await idp(['bootstrap', '--reset-admin', '--output', 'json']);
    expect(reset.code).toBe(0);
    expect(JSON.parse(reset.stdout)).toMatchObject({ client_id: 'admin-2' });
    expect(filled('admin.json')).not.toContain(lost);

    const server = await serve();
    const audit = await server.json<{ items: { event: string }[] }>(['audit', 'list']);
    expect(audit.items.map(({ event }) => event)).toContain('system.admin_reset');
  });

  test('keeps the address in admin.json true when the port changes, and the credentials as they are', async () => {
    const first = await serve();
    const { client_secret: secret } = adminCredentials(home);
    await first.stop();
    writeFileSync(
      join(home, 'admin.json'),
      filled('admin.json').replace(first.url, 'http://localhost:1'),
    );
    const second = await serve();
    expect(JSON.parse(filled('admin.json'))).toEqual({
      url: second.url,
      client_id: 'admin',
      client_secret: secret,
    });
    expect(modeOf('admin.json')).toBe('600');
    expect(await second.json(['whoami'])).toMatchObject({ issuer: second.url });
  });

  test('on a database that was named is never laid out by serve, but by bootstrap', async () => {
    const env = {
      AMBIT_DATABASE_URL: `sqlite:${join(home, 'named.db')}`,
      AMBIT_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    };
    const serving = await idp(['serve', '--listen', '127.0.0.1:0'], env);
    expect(serving).toMatchObject({ code: 1, stdout: '' });
    const migrated = await idp(['migrate'], env);
    expect(migrated.code).toBe(0);
    const bootstrapped = await idp(['bootstrap', '--output', 'json'], env);
    expect(bootstrapped.code).toBe(0);

    const server = await serve([], env);
    expect(JSON.parse(filled('admin.json'))).toEqual(JSON.parse(bootstrapped.stdout));
    const admin = JSON.parse(bootstrapped.stdout) as { client_id: string; client_secret: string };
    expect((await requestToken(server, admin)).status).toBe(200);
  });

  test('goes on when nobody reads its log any more', async () => {
    const server = await serve([], { AMBIT_LOG_LEVEL: 'debug' });
    server.child.stdout?.destroy();
    for (let round = 0; round < 3; round += 1) {
      expect((await requestToken(server, adminCredentials(home))).status).toBe(200);
    }
    expect(await server.stop()).toBe(0);
  });

  test('says which release it is', async () => {
    const { code, stdout } = await idp(['--version']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  test.each([
    ['', 8],
    ['--max-semi-space-size=16', 16],
  ])(
    'has a small young generation unless NODE_OPTIONS, %j, say otherwise',
    async (options, size) => {
      // Filled until it grows no more.
      const fill = `
      import { getHeapSpaceStatistics } from 'node:v8';
      let kept = [];
      for (let n = 0; n < 2_000_000; n += 1) {
        kept.push({ n });
        if (kept.length > 200_000) kept = [];
      }
      const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
      console.error(young.space_size / 2 ** 21);`;
      const module = `--import=data:text/javascript,${encodeURIComponent(fill)}`;
      const env = { NODE_OPTIONS: `${options} ${module}` };
      const { stderr } = await run(AMBIT_IDP, ['--version'], { env });
      expect(stderr.trim().split('\n').at(-1)).toBe(String(size));
    },
  );

  test('tells its health to whoever asks for it on this machine', async () => {
    const server = await serve();
    const env = { AMBIT_LISTEN: `127.0.0.1:${new URL(server.url).port}` };
    expect(await idp(['healthcheck'], env)).toEqual({ code: 0, stdout: '', stderr: '' });
    const anyPort = { AMBIT_LISTEN: '127.0.0.1:0' };
    expect(await idp(['healthcheck'], anyPort)).toEqual({ code: 0, stdout: '', stderr: '' });
    await server.stop();
    const gone = await idp(['healthcheck'], env);
    expect(gone.code).toBe(1);
    expect(gone.stderr).toMatch(
      /^ambit-idp: no answer from [^\n]*ECONNREFUSED[^\n]*AMBIT_LISTEN[^\n]*\n$/,
    );
  });
});

describe('a health check of a server that is not ready', () => {
  test.each([
    [{ status: 'unavailable', reason: 'the store does not answer' }, 'the store does not answer'],
    [
      { error: 'temporarily_unavailable', error_description: 'the server is starting' },
      'the server is starting',
    ],
    [{ reason: 'not\u001b[2Ja line' }, 'not ready'],
    [null, 'not ready'],
  ])('says why, as %j tells it', async (body, why) => {
    const server = createServer((_request, response) => {
      response.writeHead(503).end(JSON.stringify(body));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await idp(['healthcheck'], { AMBIT_LISTEN: `127.0.0.1:${port}` })).toEqual({
        code: 1,
        stdout: '',
        stderr: `ambit-idp: http://127.0.0.1:${port}/health/ready answers 503: ${why}\n`,
      });
    } finally {
      server.close();
    }
  });
});

describe('the demo', () => {
  const curlOf = (server: TestServer): string | undefined =>
    server
      .output()
      .stdout.split('\n')
      .find((line) => line.startsWith('curl '));

  test('prints a curl that works when pasted, the second time too', async () => {
    for (const _time of ['first', 'second']) {
      const server = await serve(['--demo']);
      await until(() => curlOf(server) !== undefined);
      const answer = await run('sh', ['-c', curlOf(server) ?? '']);
      expect(JSON.parse(answer.stdout)).toMatchObject({
        token_type: 'Bearer',
        scope: 'orders:read',
      });
      expect(modeOf('demo.json')).toBe('600');
      await server.stop();
    }
  });
});
