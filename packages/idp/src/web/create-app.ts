import type { IncomingMessage, RequestListener } from 'node:http';
import Koa from 'koa';
import type { Middleware } from 'koa';
import { faultAnswer } from './fault.ts';
import { meetRequests, metBefore } from './meet-requests.ts';
import type { MeetDependencies } from './meet-requests.ts';
import { noteOrigin } from './request-origin.ts';
import { withNarrowPath } from './narrow-path.ts';
import type { NarrowPath } from './narrow-path.ts';
import { meetUnreadable } from './unreadable.ts';
import type { MeetUnreadable } from './unreadable.ts';

/** An HTTP application, ready to be served. */
export interface App {
  /** What answers its requests; to be asked for once. */
  callback(): RequestListener;
  /** Notes that something came which is no request; gives the headers of the answer. */
  meetUnreadable: MeetUnreadable;
}

/** What an application is made from. */
export interface AppDependencies extends MeetDependencies {
  /** Absent where every request goes through the parts. */
  readonly narrowPath?: NarrowPath;
  /** What the application is made of, asked in this order. */
  readonly parts: readonly Middleware[];
}

/**
 * The HTTP application: an id for every request, one boundary for errors, and every URL from the issuer.
 *
 * INVARIANT: neither the `Host` header nor an absolute request target changes what a request is taken for; both are
 * ignored, since probes come by address.
 */
export function createApp({ narrowPath, parts, ...dependencies }: AppDependencies): App {
  const { issuer, log } = dependencies;
  const app = new Koa();
  pinOrigin(app, issuer);
  const meet = meetRequests(dependencies);

  app.use(async (ctx, next) => {
    const { origin, headers, answered } = metBefore(ctx.req) ?? meet(ctx.req, String(ctx.path));
    noteOrigin(ctx, origin);
    ctx.set(headers);
    try {
      const flaw = flawOf(ctx);
      if (flaw === undefined) await next();
      else answerFlaw(ctx, flaw);
      if (ctx.status === 404 && ctx.body === undefined) answerNotFound(ctx);
    } catch (error) {
      log.error('request failed', { request_id: origin.id, path: ctx.path, error });
      const fault = faultAnswer(error, origin.id);
      ctx.status = fault.status;
      ctx.set(fault.headers);
      ctx.body = fault.body;
    }
    answered(ctx.status);
  });
  for (const part of parts) app.use(part);
  app.on('error', (error: unknown) => {
    log.warn('connection failed', { error });
  });
  return {
    meetUnreadable: meetUnreadable(dependencies),
    callback() {
      const handle = app.callback();
      const application: RequestListener = (request, response) => void handle(request, response);
      return narrowPath ? withNarrowPath(application, narrowPath, { meet, log }) : application;
    },
  };
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

/**
 * Why a request is answered by nobody (RFC 9112 §3.2): it names no host, or its target leads to no path, as `http://`, `*` and
 * the like do not.
 */
function flawOf({ path, req }: { path: string | null; req: IncomingMessage }): string | undefined {
  if (req.httpVersion === '1.1' && req.headers.host === undefined) return 'there is no Host field';
  return path?.startsWith('/') === true ? undefined : 'the request target is not a path';
}

function answerFlaw(ctx: Koa.Context, flaw: string): void {
  ctx.status = 400;
  ctx.body = { error: 'invalid_request', error_description: flaw };
}

/** What is no endpoint has no OAuth error, so it answers with a problem (RFC 9457 §4.2.1). */
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
