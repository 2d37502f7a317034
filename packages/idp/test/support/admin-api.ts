import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { err, ok } from '@ambit/scope-catalog';
import Koa from 'koa';
import { createAdminApi } from '../../src/admin-api/create-admin-api.ts';
import type { EngineOptions } from '../../src/admin-api/engine.ts';
import type { Authenticate } from '../../src/admin-api/ports.ts';
import { createRequestLimit } from '../../src/limits/request-limit.ts';
import { noteOrigin } from '../../src/web/request-origin.ts';
import type { TokenInspector } from '../../src/tokens/token-inspector.ts';
import { ISSUER } from './house.ts';
import type { House } from './house.ts';

/** An answer of the admin API. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The admin API over real HTTP; whoever sends `Bearer NAME` is that client. */
export type ServedApi = Awaited<ReturnType<typeof serveAdminApi>>;

/** Serves the admin API of a house on any free port. */
export async function serveAdminApi(house: House, options: Partial<EngineOptions> = {}) {
  const violations: string[] = [];
  const app = new Koa();
  app.use((ctx, next) => {
    noteOrigin(ctx, { id: 'request-1' });
    return next();
  });
  app.use(
    createAdminApi({
      services: { ...house, tokens: inspector, issuer: ISSUER, serverVersion: '0.0.0-test' },
      authenticate: authenticateByName(house),
      requests: createRequestLimit(0),
      onError: (error) => violations.push(`error ${String(error)}`),
      onUndeclared: ({ method, path }, what) => violations.push(`${method} ${path}: ${what}`),
      ...options,
    }),
  );
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/admin/v1`;

  return {
    url,
    /** Whatever no route had declared; to be empty after every test. */
    violations,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
    /** Sends a request as a client, or as nobody; the path goes out as it is written, dots and escapes included. */
    async call(
      as: string | undefined,
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answered> {
      const sent = request({
        port,
        method,
        path: `/admin/v1${path}`,
        agent: false,
        headers: {
          ...(as === undefined ? {} : { Authorization: `Bearer ${as}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
      });
      if (body === undefined) sent.end();
      else sent.end(typeof body === 'string' ? body : JSON.stringify(body));
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const text = (await response.toArray()).join('');
      const isObject =
        text.startsWith('{') && response.headers['content-type'] !== 'application/x-ndjson';
      return {
        status: response.statusCode ?? 0,
        headers: new Headers(response.headers as Record<string, string>),
        text,
        body: isObject ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {},
      };
    },
  };
}

const inspector: TokenInspector = {
  introspect: async () => ({ active: false }),
  explain: async () => ({ active: false, reasons: ['malformed'], scopes: [] }),
};

const authenticateByName =
  (house: House): Authenticate =>
  async (ctx) => {
    const name = /^Bearer (.+)$/.exec(ctx.get('Authorization'))?.[1];
    if (name === undefined) return err({ code: 'auth.missing' });
    const client = await house.storage.read.clients.find(name);
    return client?.enabled
      ? ok(await house.actor(name))
      : err({ code: 'auth.invalid', description: 'the token is not active' });
  };
