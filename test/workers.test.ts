import { once } from 'node:events';
import { createServer } from 'node:http';

import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { samplesOf } from '../packages/idp/test/support/metrics.ts';
import { examineLog } from './support/audit-chain.ts';
import { emptyNotes, startLoad } from './support/fault-load.ts';
import { layOutShop } from './support/fault-shop.ts';
import { health } from './support/health.ts';
import { introspect, requestToken, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { AMBIT_IDP, run } from './support/processes.ts';
import { promtool, testWithPromtool } from './support/promtool.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { until } from './support/until.ts';
import {
  killWorkers,
  logOf,
  managementOf,
  startWorkers,
  tokenOver,
  workersOf,
} from './support/workers.ts';

/** As many as make it sure that both workers are met. */
const MANY = 12;

describe('a server of two workers', () => {
  let server: TestServer;
  let demo: Credential;
  let admin: Credential;

  beforeAll(async () => {
    server = await startWorkers({ args: ['--demo', '--log-level', 'debug'] });
    demo = JSON.parse(readFileSync(join(server.home, 'demo.json'), 'utf8')) as Credential;
    admin = adminCredentials(server.home);
  });
  afterAll(() => server.remove());

  const scrape = async () =>
    samplesOf(await (await fetch(`${managementOf(server)}/metrics`)).text());

  test('says once that it listens, at one port, and is laid out once', () => {
    const said = (message: string) => logOf(server).filter(({ msg }) => msg === message);
    expect(said('listening')).toMatchObject([{ workers: 2, url: server.url }]);
    expect(said('bootstrapped')).toHaveLength(1);
    expect(workersOf(server).map(({ worker }) => worker)).toEqual(expect.arrayContaining([1, 2]));
    expect(server.output().stderr).toBe('');
  });

  test('has both of them answer, and says in its log which one did', async () => {
    for (let n = 0; n < MANY; n += 1) {
      expect((await tokenOver(server, demo, 'orders:read')).status).toBe(200);
    }
    const answering = logOf(server)
      .filter(({ msg, path }) => msg === 'request' && path === '/oauth2/token')
      .map(({ worker }) => worker);
    expect(new Set(answering)).toEqual(new Set([1, 2]));
  });

  test('tells the metrics of all of them, at either listener', async () => {
    const name =
      'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="client_credentials"}';
    const before = (await scrape()).get(name) ?? 0;
    for (let n = 0; n < MANY; n += 1) await tokenOver(server, demo, 'orders:read');
    expect((await scrape()).get(name)).toBe(before + MANY);
    const token = await tokenOf(server, admin, 'ambit.metrics:read');
    for (let n = 0; n < 4; n += 1) {
      const response = await fetch(`${server.url}/metrics`, {
        headers: { authorization: `Bearer ${token}`, connection: 'close' },
      });
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(samplesOf(await response.text()).get(name)).toBe(before + MANY);
    }
  });

  test('accounts for every decision of all of them', async () => {
    const samples = await scrape();
    const decisions = [...samples]
      .filter(([name]) => name.startsWith('ambit_decisions_total'))
      .reduce((sum, [, value]) => sum + value, 0);
    expect(samples.get('ambit_audit_recorded_total')).toBe(decisions);
    expect(samples.get('ambit_audit_pending')).toBe(0);
    expect(decisions).toBe((await examineLog(server.home)).records);
  });

  testWithPromtool('has metrics that promtool has nothing to say against', async () => {
    const text = await (await fetch(`${managementOf(server)}/metrics`)).text();
    expect(await promtool(['check', 'metrics'], text)).toEqual({
      ...{ code: 0, stdout: '', stderr: '' },
    });
  });

  test('tells what all of them have decided lately', async () => {
    const issued = async (): Promise<number> => {
      const { granted } = await server.json<{ granted: { name: string; count: number }[] }>([
        'status',
      ]);
      return granted.find(({ name }) => name === 'token.issued')?.count ?? 0;
    };
    const before = await issued();
    for (let n = 0; n < MANY; n += 1) await tokenOver(server, demo, 'orders:read');
    // The command gets a token of its own.
    expect(await issued()).toBe(before + MANY + 1);
  });

  test('is not started a second time at its port', async () => {
    const { code, stdout, stderr } = await run(AMBIT_IDP, ['serve', '--workers', '2'], {
      env: { AMBIT_HOME: `${server.home}-2`, AMBIT_LISTEN: new URL(server.url).host },
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ambit-idp: [^\n]+ is in use by another process; [^\n]+\n$/);
  });
});

describe('what is limited, over two workers', () => {
  let server: TestServer;
  afterEach(() => server.remove());

  test('is a client as a whole: it gets what its limit says, no more and no less', async () => {
    server = await startWorkers({ args: ['--client-requests-per-minute', '20'] });
    const admin = adminCredentials(server.home);
    const answers = await Promise.all(Array.from({ length: 50 }, () => tokenOver(server, admin)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    await killWorkers(server, 1);
    expect((await tokenOver(server, admin)).status).toBe(429);
  });

  test('is whoever fails to authenticate: wherever the failures and the right credential come', async () => {
    server = await startWorkers();
    const admin = adminCredentials(server.home);
    const wrong = { ...admin, client_secret: `${admin.client_secret.slice(0, -1)}x` };
    const fail = async (times: number): Promise<number[]> => {
      const statuses: number[] = [];
      for (let n = 0; n < times; n += 1) statuses.push((await tokenOver(server, wrong)).status);
      return statuses;
    };
    expect(await fail(7)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await tokenOver(server, admin)).status).toBe(200);
    expect(await fail(6)).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

describe('a worker that is killed under load', () => {
  test('is replaced, and the service goes on with every token on record', async () => {
    const server = await startWorkers();
    try {
      const shop = await layOutShop(() => server);
      const notes = emptyNotes();
      const load = startLoad(shop, notes, { workers: 6 });
      const more = async (tokens: number): Promise<void> => {
        const wanted = notes.received.size + tokens;
        await until(() => notes.received.size >= wanted);
      };
      await more(60);
      const before = await (await fetch(`${managementOf(server)}/metrics`)).text();
      await killWorkers(server, 1);
      await more(60);
      await killWorkers(server, 2); // the port is the same one all the same
      await more(60);
      await load.stop();
      const log = await examineLog(server.home);
      expect([...notes.received.keys()].filter((jti) => !log.issued.has(jti))).toEqual([]);
      expect([...notes.changes].filter((id) => !log.requests.has(id))).toEqual([]);
      expect([notes.wrong, log.broken]).toEqual([[], []]);
      for (const [jti, token] of notes.revoked) {
        const { body } = await shop.introspect(token, 'secret');
        expect([jti, body]).toEqual([jti, { active: false }]);
      }
      expect(logOf(server).filter(({ msg }) => msg?.startsWith('worker ended'))).toHaveLength(3);
      expect((await fetch(`${managementOf(server)}/health/ready`)).status).toBe(200);
      const [then, now] = [before, await (await fetch(`${managementOf(server)}/metrics`)).text()];
      const name = 'ambit_audit_recorded_total';
      expect(samplesOf(now).get(name)).toBeGreaterThan(samplesOf(then).get(name) ?? Infinity);
      expect(await server.stop()).toBe(0);
    } finally {
      await server.remove();
    }
  });
});

describe('a connection on its way to a worker that is killed', () => {
  test('ends, so that whoever connected can ask again', async () => {
    const server = await startWorkers();
    try {
      const pids = workersOf(server).map(({ pid }) => pid);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      const { hostname, port } = new URL(server.url);
      // The first ones are handed to the workers, which take nothing any more, the others wait for their turn.
      const sockets = Array.from({ length: 6 }, () => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined).resume();
        socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
        return socket;
      });
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      await health({ url: managementOf(server) }, 'live'); // by now they have been handed over
      await killWorkers(server, 2);
      await until(() => sockets.every(({ closed }) => closed));
    } finally {
      await server.remove();
    }
  });
});

describe('while another process holds the database', () => {
  test('two workers take no assertion, which neither could tell the other of, and go on introspecting for secrets', async () => {
    const server = await startWorkers();
    try {
      const shop = await layOutShop(() => server);
      const token = String((await shop.token()).body['access_token']);
      const other = new Database(join(server.home, 'ambit.db'));
      other.exec('begin immediate');
      await until(async () => (await shop.token()).status === 503);
      expect((await shop.introspect(token, 'secret')).body).toMatchObject({ active: true });
      expect((await shop.introspect(token, 'assertion')).status).toBe(503);
      await until(async () => {
        const { status, body } = await health({ url: managementOf(server) }, 'ready');
        if (status === 503) expect(String(body['reason'])).toContain('another process');
        return status === 503;
      });
      other.exec('rollback');
      other.close();
      await until(async () => (await shop.token()).status === 200);
      await until(async () => (await shop.introspect(token, 'assertion')).status === 200);
    } finally {
      await server.remove();
    }
  });
});

describe('told to stop', () => {
  test('workers say that they are not ready, finish what is in flight, take nothing new, and the server exits 0', async () => {
    const server = await startWorkers({ args: ['--drain-seconds', '1'] });
    try {
      const credential = adminCredentials(server.home);
      const exit = server.stop('SIGTERM');
      const ready = (url: string) => health({ url }, 'ready').then(({ status }) => status);
      await until(async () => (await ready(managementOf(server))) === 503);
      // Whoever has not noticed yet is served.
      expect((await tokenOver(server, credential)).status).toBe(200);
      await until(async () => (await ready(server.url)) === 503);
      expect(await exit).toBe(0);
      await expect(tokenOver(server, credential)).rejects.toThrow('ECONNREFUSED');
      expect(logOf(server).at(-1)).toMatchObject({ msg: 'stopped' });
      expect(server.output().stderr).toBe('');
    } finally {
      await server.remove();
    }
  });

  test('a group of processes that gets the signal as a whole stops in order all the same', async () => {
    const server = await startWorkers();
    try {
      await requestToken(server, adminCredentials(server.home));
      for (const { pid } of workersOf(server)) process.kill(pid, 'SIGTERM');
      expect(await server.stop('SIGINT')).toBe(0);
      expect(logOf(server).filter(({ level }) => level === 'error')).toEqual([]);
    } finally {
      await server.remove();
    }
  });

  test('without workers, readiness says no while requests are still answered, for as long as was asked', async () => {
    const server = await startServer({ args: ['--drain-seconds', '1'] });
    try {
      const credential = adminCredentials(server.home);
      const exit = server.stop('SIGTERM');
      await until(async () => (await health(server, 'ready')).status === 503);
      expect((await tokenOver(server, credential)).status).toBe(200);
      expect(await exit).toBe(0);
    } finally {
      await server.remove();
    }
  });

  test('workers whose server was killed are gone, with their port', async () => {
    const server = await startWorkers();
    try {
      const pids = workersOf(server).map(({ pid }) => pid);
      await server.stop('SIGKILL');
      await until(() => pids.every((pid) => !isAlive(pid)));
      await expect(introspect(server, adminCredentials(server.home), 'x')).rejects.toThrow();
    } finally {
      await server.remove();
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a start that cannot be, with workers,', () => {
  test('is told once, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const server = await startServer();
    try {
      const started = await run(AMBIT_IDP, ['serve', '--workers', '3'], {
        env: {
          AMBIT_HOME: server.home,
          AMBIT_LISTEN: '127.0.0.1:0',
          AMBIT_MANAGEMENT_LISTEN: `127.0.0.1:${String(port)}`,
        },
      });
      expect([started.code, started.stdout]).toEqual([1, '']);
      expect(started.stderr).toMatch(
        /^ambit-idp: [^\n]+ in use [^\n]+AMBIT_MANAGEMENT_LISTEN[^\n]+\n$/,
      );
    } finally {
      other.close();
      await server.remove();
    }
  });
});
