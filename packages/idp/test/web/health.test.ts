import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Stall } from '../../src/audit/stall.ts';
import { createLog } from '../../src/log/log.ts';
import { createApp } from '../../src/web/create-app.ts';
import { createHealth, createReadiness } from '../../src/web/health.ts';
import type { HealthProbe } from '../../src/web/health.ts';
import { bind } from '../../src/web/listener.ts';
import type { Listener } from '../../src/web/listener.ts';

const SOUND: HealthProbe = {
  check: () => Promise.resolve({ catalogVersion: 3, revision: 12 }),
  stall: () => Promise.resolve(undefined),
  isDraining: () => false,
};

let listener: Listener | undefined;
afterEach(async () => {
  await listener?.close(0);
});

/** What a server of a probe says of itself. */
async function ask(what: 'live' | 'ready', probe: Partial<HealthProbe>) {
  const bound = await bind({ host: '127.0.0.1', port: 0 });
  if (!bound.ok) throw new Error(bound.error.code);
  const app = createApp({
    issuer: 'http://localhost',
    log: createLog('error', new Writable({ write: (_chunk, _encoding, done) => done() })),
    newId: () => 'r',
    trustProxy: [],
    parts: [createHealth(createReadiness({ ...SOUND, ...probe }))],
  });
  listener = bound.value.serve(app);
  const response = await fetch(`http://127.0.0.1:${bound.value.port}/health/${what}`);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  };
}

const stalled = (cause: Stall['cause']): Partial<HealthProbe> => ({
  stall: () => Promise.resolve({ since: 1, cause, refused: 2, unrecorded: 3 }),
});

describe('readiness', () => {
  test('says what a server that can do its work works with', async () => {
    expect(await ask('ready', {})).toEqual({
      ...{ status: 200, retryAfter: null },
      body: { status: 'ready', catalog_version: 3, revision: 12 },
    });
  });

  test.each([
    ['full', 'the audit log cannot be written: no space is left on the disk'],
    ['locked', 'the audit log cannot be written: another process holds the database'],
    ['failing', 'the audit log cannot be written'],
  ] as const)('names the audit log where it is %s, and no more', async (cause, reason) => {
    expect(await ask('ready', stalled(cause))).toEqual({
      ...{ status: 503, retryAfter: '5' },
      body: { status: 'unavailable', reason },
    });
    await listener?.close(0);
    expect((await ask('live', stalled(cause))).status).toBe(200);
  });

  test('says that the store does not answer, and that the server shuts down', async () => {
    const check = () => Promise.reject(new Error('gone'));
    expect((await ask('ready', { check })).body).toMatchObject({
      reason: 'the store does not answer',
    });
    await listener?.close(0);
    expect((await ask('ready', { check, isDraining: () => true })).body).toMatchObject({
      status: 'draining',
    });
  });
});
