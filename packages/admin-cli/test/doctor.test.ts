import { describe, expect, test } from '@jest/globals';
import { examine } from '../src/doctor/examine.ts';
import type { Io } from '../src/index.ts';
import { startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import type { StubOptions } from '../../sdk/test/stub-issuer.ts';
import { ISSUER, NOW, WORLD } from './world.ts';

/** What doctor finds of a server that differs from the usual one. */
async function examined(
  difference: Partial<Pick<StubOptions, 'date' | 'issuer' | 'routes'>>,
  url = ISSUER,
) {
  const issuer = await startStubIssuer({ ...WORLD, ...difference });
  const io = {
    env: { AMBIT_URL: url, AMBIT_CLIENT_ID: 'ops', AMBIT_CLIENT_SECRET: 'ops-secret' },
    home: '/',
    now: () => NOW,
    fetch: (target, init) => fetch(String(target).replace(url, issuer.url), init),
  } satisfies Partial<Io>;
  try {
    const { checks, reachable } = await examine({}, io as unknown as Io);
    const found = new Map(checks.map((check) => [check.check, check]));
    return { found, reachable, tokenRequests: issuer.tokenRequests };
  } finally {
    await issuer.stop();
  }
}

const at = (milliseconds: number) => ({ date: new Date(NOW + milliseconds).toUTCString() });

describe('doctor', () => {
  test('a clock that is off by more than five seconds is told, with the direction', async () => {
    const ahead = await examined(at(60_000));
    expect(ahead.found.get('clock')).toMatchObject({
      status: 'warn',
      message: 'the server is 61 s ahead',
    });
    const behind = await examined(at(-60_000));
    expect(behind.found.get('clock')).toMatchObject({
      status: 'warn',
      message: 'the server is 60 s behind',
    });
  });

  test('a clock that is off by less is fine, since a date has whole seconds', async () => {
    expect((await examined(at(4_000))).found.get('clock')).toMatchObject({ status: 'ok' });
    expect((await examined(at(-5_000))).found.get('clock')).toMatchObject({ status: 'ok' });
  });

  test('credentials of one server do not keep it from telling that nobody is at another, or under another name', async () => {
    const issuer = await startStubIssuer(WORLD);
    const admin = JSON.stringify({ url: ISSUER, client_id: 'ops', client_secret: 'ops-secret' });
    const look = async (url: string) => {
      const io = {
        env: { AMBIT_URL: url },
        home: '/',
        now: () => NOW,
        fetch,
        readFile: () => Promise.resolve(admin),
        fileMode: () => Promise.resolve(0o600),
      } satisfies Partial<Io>;
      const { checks, reachable } = await examine({}, io as unknown as Io);
      return { checks: checks.map(({ check, status }) => [check, status]), reachable };
    };
    try {
      expect(await look(issuer.url)).toEqual({ checks: [['issuer', 'fail']], reachable: true });
      expect(await look('http://127.0.0.1:1')).toEqual({
        checks: [['server', 'fail']],
        reachable: false,
      });
      expect(issuer.tokenRequests).toEqual([]);
    } finally {
      await issuer.stop();
    }
  });

  test('a server of another name is told with that name, and gets no secret', async () => {
    const { found, reachable, tokenRequests } = await examined({
      issuer: 'https://id.acme.example',
    });
    expect(found.get('issuer')).toMatchObject({
      status: 'fail',
      hint: 'use `--url https://id.acme.example`, or set AMBIT_ISSUER on the server',
    });
    expect({ reachable, tokenRequests }).toEqual({ reachable: true, tokenRequests: [] });
  });

  test('a server that cannot answer for now is told with its reason, and not for a wrong issuer', async () => {
    const { found, reachable } = await examined({
      routes: {
        'GET /.well-known/oauth-authorization-server': { status: 503 },
        'GET /health/ready': { status: 503, body: { reason: 'the store does not answer' } },
      },
    });
    expect(found.get('server')).toEqual({
      check: 'server',
      status: 'fail',
      message: `the server at \`${ISSUER}\` cannot answer for now (503): the store does not answer`,
      hint: expect.stringContaining('try again later'),
    });
    expect([reachable, found.has('issuer')]).toEqual([true, false]);
  });

  test('plain http to another machine is told', async () => {
    const url = 'http://id.acme.example';
    const { found } = await examined({ issuer: url }, url);
    expect(found.get('transport')).toMatchObject({ status: 'warn' });
  });
});
