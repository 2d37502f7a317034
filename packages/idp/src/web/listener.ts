import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../system-error.ts';
import type { App } from './create-app.ts';
import { answerUnreadable } from './unreadable.ts';

/** Certificates in PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa?: Buffer;
}

/** A server that listens. */
export interface Listener {
  readonly port: number;
  /** Stops taking connections and resolves when the requests in flight are answered, after `graceMs` at the latest. */
  close(graceMs: number): Promise<void>;
}

/** Why an address cannot be listened on. */
export type ListenProblem =
  | { readonly code: 'listen.in_use'; readonly address: string }
  | { readonly code: 'listen.refused'; readonly address: string; readonly cause: string }
  | { readonly code: 'listen.bad_tls'; readonly cause: string };

/** Binds a port before anything is served on it, so that the port is known when the issuer is derived from it. */
export interface BoundPort {
  readonly port: number;
  serve(app: App): Listener;
}

/** A request without a host is refused by the application, which tells why. */
const OPTIONS = { requireHostHeader: false };

/** Binds an address; with certificates, for TLS 1.2 or newer, asking clients for theirs (RFC 8705 §2). */
export async function bind(
  address: { readonly host: string; readonly port: number },
  tls?: TlsMaterial,
): Promise<Result<BoundPort, ListenProblem>> {
  let server: Server;
  try {
    server = tls
      ? createHttpsServer({
          ...OPTIONS,
          cert: tls.cert,
          key: tls.key,
          minVersion: 'TLSv1.2',
          requestCert: true,
          rejectUnauthorized: false,
          // Without this the authorities of the public web would count, and with them whoever buys a certificate.
          ca: tls.clientCa ?? [],
        })
      : createHttpServer(OPTIONS);
  } catch (error) {
    return err({ code: 'listen.bad_tls', cause: (error as Error).message });
  }
  const slot: { handle: RequestListener } = { handle: answerStarting };
  server.on('request', (request, response) => {
    slot.handle(request, response);
  });
  // What else a client expects but 100-continue may be passed over (RFC 9110 §10.1.1).
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;

  const listening = new Promise<Result<BoundPort, ListenProblem>>((resolve) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const where = `${address.host}:${address.port}`;
      resolve(
        err(
          error.code === 'EADDRINUSE'
            ? { code: 'listen.in_use', address: where }
            : { code: 'listen.refused', address: where, cause: systemErrorCode(error) },
        ),
      );
    };
    server.once('error', refuse);
    server.listen(address.port, address.host, () => {
      server.off('error', refuse);
      const { port } = server.address() as AddressInfo;
      resolve(ok({ port, serve: (app) => serve(server, port, slot, app) }));
    });
  });
  return listening;
}

/** Answers whoever comes before the application is there, as the token endpoint answers what it cannot do for now. */
const answerStarting: RequestListener = (_request, response) => {
  response
    .writeHead(503, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Retry-After': '1',
    })
    .end(STARTING);
};

const STARTING = JSON.stringify({
  error: 'temporarily_unavailable',
  error_description: 'the server is starting',
});

function serve(
  server: Server,
  port: number,
  slot: { handle: RequestListener },
  app: App,
): Listener {
  let draining = false;
  const handle = app.callback();
  answerUnreadable(server, app.meetUnreadable);
  slot.handle = (request, response) => {
    if (draining) response.setHeader('Connection', 'close');
    handle(request, response);
  };
  return {
    port,
    close(graceMs) {
      draining = true;
      // Whoever was asking already is not told to close, and is hung up on as soon as the answer is out.
      server.keepAliveTimeout = 1;
      server.keepAliveTimeoutBuffer = 0;
      return new Promise((resolve) => {
        const deadline = setTimeout(() => {
          server.closeAllConnections();
        }, graceMs);
        server.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}
