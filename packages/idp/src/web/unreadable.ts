import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { commonHeaders } from './meet-requests.ts';
import type { MeetDependencies } from './meet-requests.ts';

/** Why something is no request: malformed, not whole in time, too much beside the chunks of its body, or too long a head. */
export type UnreadableStatus = 400 | 408 | 413 | 431;

/** Gives what cannot be read an id and has it logged, like a request; gives the headers of the answer. */
export type MeetUnreadable = (
  status: UnreadableStatus,
  address: string | undefined,
) => Readonly<Record<string, string>>;

/** Makes what meets all that comes to an application and is no request. */
export function meetUnreadable({
  issuer,
  log,
  newId,
}: Pick<MeetDependencies, 'issuer' | 'log' | 'newId'>): MeetUnreadable {
  const always = commonHeaders(issuer);
  return (status, address) => {
    const id = newId();
    log.debug('unreadable request', { request_id: id, status, address });
    return { 'X-Request-Id': id, ...always };
  };
}

/** As the parser of Node.js names it; whatever else it names is malformed. */
const STATUSES: Readonly<Record<string, UnreadableStatus>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const DETAILS: Readonly<Record<UnreadableStatus, string>> = {
  400: 'what was sent is not a request of HTTP/1.1',
  408: 'the request did not come whole in time',
  413: 'the chunks of the body carry too much beside it',
  431: `the request target and the header fields are longer than ${String(maxHeaderSize)} bytes`,
};

/** For how long what still comes is let run dry, so that the answer is not lost with it (RFC 9112 §9.6). */
const LINGER_MS = 1_000;

/**
 * Answers what cannot be read as a request like everything else that is refused, and hangs up: where the next request would
 * begin, nobody knows. Where the answer could be taken for that to another request, nothing is said.
 */
export function answerUnreadable(server: Server, meet: MeetUnreadable): void {
  /** Only what is not done with: a response that is held until the next one on its connection grows old, and is dear to collect. */
  const latest = new WeakMap<Duplex, ServerResponse>();
  /** Whoever has asked before all was answered; which of the answers is on its way is not looked into. */
  const hasty = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  server.on('request', (request, response) => {
    const { socket } = request;
    if (latest.get(socket)?.writableFinished === false) hasty.add(socket);
    latest.set(socket, response);
    response.on('finish', () => {
      if (request.complete && latest.get(socket) === response) latest.delete(socket);
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refused.has(socket)) return; // more of the same
    const isAnswerable = !hasty.has(socket) && isNext(latest.get(socket));
    if (error.code === 'ECONNRESET' || !socket.writable || !isAnswerable) {
      socket.destroy(error);
      return;
    }
    refused.add(socket);
    const status = STATUSES[error.code ?? ''] ?? 400;
    socket.end(asText(status, meet(status, (socket as Socket).remoteAddress)));
    const deadline = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => {
      clearTimeout(deadline);
    });
  });
}

/** Whether what comes now on a connection is the next thing to be answered there: a new request, or the rest of the last one. */
const isNext = (last: ServerResponse | undefined): boolean =>
  last === undefined || (last.req.complete ? last.writableFinished : !last.headersSent);

/** An answer as it goes over the wire: a problem (RFC 9457). */
function asText(status: UnreadableStatus, headers: ReturnType<MeetUnreadable>): string {
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: DETAILS[status] });
  const fields = Object.entries({
    Date: new Date().toUTCString(),
    ...headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status)} ${title}\r\n${lines.join('')}\r\n${body}`;
}
