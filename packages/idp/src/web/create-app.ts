import Koa from 'koa';
import type { Middleware } from 'koa';
import type { Log } from '../log/log.ts';
import { isStoreUnavailable } from '../storage.ts';
import { clientAddress } from './client-address.ts';

/** An HTTP application, ready to be served. */
export type App = Koa;

/** What an application is made from. */
export interface AppDependencies {
  readonly issuer: string;
  readonly log: Log;
  readonly newId: () => string;
  readonly trustProxy: readonly string[];
  /** What the application is made of, asked in this order. */
  readonly parts: readonly Middleware[];
}

/**
 * The HTTP application: an id for every request, one boundary for errors, and every URL from the issuer.
 *
 * INVARIANT: neither the `Host` header nor an absolute request target changes what a request is taken for; both are
 * ignored, since probes come by address.
 */
export function createApp({ issuer, log, newId, trustProxy, parts }: AppDependencies): Koa {
  const app = new Koa();
  pinOrigin(app, issuer);
  const addressOf = clientAddress(trustProxy);

  app.use(async (ctx, next) => {
    const started = performance.now();
    const requestId = newId();
    const address = addressOf(ctx.req); // now, while there is a connection for sure
    ctx.state['requestId'] = requestId;
    ctx.state['address'] = address;
    ctx.set('X-Request-Id', requestId);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Cache-Control', 'no-store');
    if (ctx.secure) ctx.set('Strict-Transport-Security', 'max-age=31536000');
    try {
      if (isPath(ctx.path)) await next();
      else answerNoPath(ctx);
      if (ctx.status === 404 && ctx.body === undefined) answerNotFound(ctx);
    } catch (error) {
      log.error('request failed', { request_id: requestId, path: ctx.path, error });
      ctx.status = isStoreUnavailable(error) ? 503 : 500;
      if (ctx.status === 503) ctx.set('Retry-After', '5');
      ctx.body = {
        error: ctx.status === 503 ? 'temporarily_unavailable' : 'server_error',
        error_description: `something went wrong; quote request ${requestId}`,
      };
    }
    log.debug('request', {
      request_id: requestId,
      method: ctx.method,
      path: ctx.path,
      status: ctx.status,
      duration_ms: Math.round((performance.now() - started) * 1000) / 1000,
      address,
    });
  });
  for (const part of parts) app.use(part);
  app.on('error', (error: unknown) => {
    log.warn('connection failed', { error });
  });
  return app;
}

/** Makes every URL that koa or oidc-provider derives from a request come from the issuer instead. */
function pinOrigin(app: Koa, issuer: string): void {
  const { protocol, host, hostname } = new URL(issuer);
  const pinned = {
    protocol: () => protocol.slice(0, -1),
    host: () => host,
    hostname: () => hostname,
    origin: () => issuer,
    href(this: Koa.Request) {
      return issuer + this.path + this.search;
    },
  };
  for (const [name, get] of Object.entries(pinned)) {
    Object.defineProperty(app.request, name, { configurable: true, get });
  }
}

/** No endpoint, so no OAuth error: a problem (RFC 9457 §4.2.1). */
/** What is no endpoint has no OAuth error, so it answers with a problem (RFC 9457 §4.2.1). */
/** Whether a request target led to a path; `http://`, `*` and the like lead to none (RFC 9112 §3.2). */
const isPath = (path: string | null): boolean => path?.startsWith('/') === true;

function answerNoPath(ctx: Koa.Context): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_request', error_description: 'the request target is not a path' };
}

function answerNotFound(ctx: Koa.Context): void {
  ctx.status = 404;
  ctx.body = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'nothing is here; the endpoints are listed at /.well-known/oauth-authorization-server',
  };
  ctx.type = 'application/problem+json';
}
