import { afterEach, describe, expect, test } from '@jest/globals';
import type { TracedRequest } from '../../src/tracing/tracing.ts';
import { createApp } from '../../src/web/create-app.ts';
import { createEndpointNames } from '../../src/web/endpoint-names.ts';
import { bind } from '../../src/web/listener.ts';
import type { Listener } from '../../src/web/listener.ts';
import { watchRequests } from '../../src/web/watch-requests.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;
const OWN_TRACE = 'a'.repeat(32);

const endpointOf = createEndpointNames({
  token: '/oauth2/token',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  jwks: '/oauth2/jwks',
  admin: '/admin/v1',
});

const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close(0)));
});

/** An application that answers with the trace a request is part of, and is watched. */
async function watched({ tracing }: { readonly tracing: boolean }) {
  const begun: TracedRequest[] = [];
  const ended: number[] = [];
  const answers: [string, number, number][] = [];
  const bound = await bind({ host: '127.0.0.1', port: 0 });
  if (!bound.ok) throw new Error(bound.error.code);
  const quiet = () => undefined;
  const app = createApp({
    issuer: 'https://id.example',
    log: { error: quiet, warn: quiet, info: quiet, debug: quiet },
    newId: () => 'the-id',
    trustProxy: [],
    watch: watchRequests({
      endpointOf,
      metrics: { observeAnswer: (...answer) => answers.push(answer) },
      tracing: tracing
        ? {
            begin(request) {
              begun.push(request);
              return {
                traceId: request.parent?.traceId ?? OWN_TRACE,
                end: (status) => ended.push(status),
              };
            },
          }
        : undefined,
    }),
    parts: [
      (ctx) => {
        if (ctx.path === '/oauth2/jwks') throw new Error('broken');
        ctx.body = { trace: ctx.state['traceId'] as unknown };
      },
    ],
  });
  listeners.push(bound.value.serve(app));
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${String(bound.value.port)}${path}`, {
      headers,
    });
    return ((await response.json()) as { trace?: string }).trace;
  };
  return { ask, begun, ended, answers };
}

describe('the trace that a request is part of', () => {
  test('is the one of whoever asks, also where nobody traces here', async () => {
    for (const tracing of [true, false]) {
      const { ask } = await watched({ tracing });
      expect(await ask('/oauth2/token', { traceparent: TRACEPARENT })).toBe(TRACE);
    }
  });

  test('is a new one where nobody has begun one, and none where nobody traces', async () => {
    expect(await (await watched({ tracing: true })).ask('/oauth2/token')).toBe(OWN_TRACE);
    expect(await (await watched({ tracing: false })).ask('/oauth2/token')).toBeUndefined();
  });

  test('is not taken from a header that is malformed', async () => {
    const { ask } = await watched({ tracing: false });
    expect(await ask('/oauth2/token', { traceparent: `00-${TRACE}-01` })).toBeUndefined();
  });
});

describe('a span', () => {
  test('begins with where the request stands in its trace, and ends with the status', async () => {
    const { ask, begun, ended } = await watched({ tracing: true });
    await ask('/oauth2/token?secret=x', { traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    await ask('/oauth2/jwks');
    expect(begun).toEqual([
      {
        requestId: 'the-id',
        method: 'GET',
        route: '/oauth2/token',
        parent: { traceId: TRACE, parentId: PARENT, flags: 1 },
        state: 'vendor=1',
      },
      { requestId: 'the-id', method: 'GET', route: '/oauth2/jwks' },
    ]);
    expect(ended).toEqual([200, 500]);
  });

  test('names a route, never what a caller made up', async () => {
    const { ask, begun } = await watched({ tracing: true });
    await ask('/admin/v1/clients/ambit_secret');
    await ask('/ambit_secret');
    expect(begun.map(({ route }) => route)).toEqual(['/admin/v1', 'other']);
  });

  test('is not begun for probes', async () => {
    const { ask, begun } = await watched({ tracing: true });
    await ask('/health/live');
    await ask('/metrics');
    expect(begun).toEqual([]);
  });
});

test('every answer is counted by its endpoint and status, an error too', async () => {
  const { ask, answers } = await watched({ tracing: false });
  for (const path of ['/oauth2/token', '/oauth2/jwks', '/health/ready', '/nowhere']) {
    await ask(path);
  }
  expect(answers.map(([endpoint, status]) => [endpoint, status])).toEqual([
    ['token', 200],
    ['jwks', 500],
    ['health', 200],
    ['other', 200],
  ]);
  for (const [, , seconds] of answers) expect(seconds).toBeGreaterThan(0);
});

describe('an endpoint is named', () => {
  test.each([
    ['POST', '/oauth2/introspect', 'introspection'],
    ['POST', '/oauth2/revoke', 'revocation'],
    ['GET', '/.well-known/openid-configuration', 'discovery'],
    ['GET', '/.well-known/oauth-authorization-server', 'discovery'],
    ['GET', '/metrics', 'metrics'],
    ['GET', '/admin/v1', 'admin'],
    ['GET', '/admin/v1/revocations', 'admin'],
    ['POST', '/admin/v1/revocations', 'admin_revocation'],
    ['GET', '/admin/v11', 'other'],
    ['GET', '/oauth2/token/', 'other'],
    ['GET', '/constructor', 'other'],
  ])('%s %s: %s', (method, path, endpoint) => {
    expect(endpointOf(method, path).endpoint).toBe(endpoint);
  });
});
