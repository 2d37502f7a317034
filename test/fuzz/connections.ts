import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { toBytes } from './request.ts';
import type { Field, FuzzRequest } from './request.ts';

/** What came back. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly fields: readonly Field[];
  readonly body: string;
  readonly milliseconds: number;
  /** Bytes that came after the answer was complete; there should be none. */
  readonly surplus: number;
}

/** Why nothing came back. */
export interface Silence {
  readonly silent: 'hung up on' | 'no answer in time' | 'not HTTP';
  readonly milliseconds: number;
}

/** Two pools of connections to one server. */
export interface Connections {
  /** Sends a request over a connection that is kept for the next, or over one of its own where it is not sound HTTP. */
  send(request: FuzzRequest): Promise<Answer | Silence>;
  close(): void;
}

/** The value of a field of an answer; several are joined. */
export function fieldOf({ fields }: Pick<Answer, 'fields'>, name: string): string | undefined {
  const values = fields.filter(([field]) => field === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** Opens the pools; whatever is not answered within `patienceMs` counts as a hang. */
export function openConnections(url: string, patienceMs: number): Connections {
  const { port, host } = new URL(url);
  const idle: Socket[] = [];
  const open = (): Socket => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    return socket;
  };
  const take = (): Socket => {
    for (let socket = idle.pop(); socket; socket = idle.pop()) {
      if (!socket.destroyed && socket.writable && socket.readyState === 'open') return socket;
    }
    return open();
  };
  return {
    async send(request) {
      const alone = request.raw !== undefined;
      const socket = alone ? open() : take();
      const reused = socket.bytesWritten > 0;
      const heard = await exchange(socket, request, toBytes(request, host), patienceMs);
      const keeps = !alone && 'status' in heard && fieldOf(heard, 'connection') !== 'close';
      if (keeps && heard.surplus === 0 && !socket.destroyed) idle.push(socket);
      else socket.destroy();
      // A kept connection may have been closed for its age just as the request went out.
      const raced = reused && 'silent' in heard && heard.silent === 'hung up on';
      return raced ? this.send(request) : heard;
    },
    close() {
      for (const socket of idle.splice(0)) socket.destroy();
    },
  };
}

function exchange(
  socket: Socket,
  { method, breaksOff, inParts }: FuzzRequest,
  bytes: Buffer,
  patienceMs: number,
): Promise<Answer | Silence> {
  return new Promise((resolve) => {
    const started = performance.now();
    const headOnly = method === 'HEAD';
    const chunks: Buffer[] = [];
    const settle = (heard: Omit<Answer, 'milliseconds'> | Omit<Silence, 'milliseconds'>): void => {
      clearTimeout(timer);
      socket.off('data', hear).off('close', conclude);
      resolve({ ...heard, milliseconds: performance.now() - started } as Answer | Silence);
    };
    const timer = setTimeout(() => {
      settle({ silent: 'no answer in time' });
    }, patienceMs);
    const hear = (chunk: Buffer): void => {
      chunks.push(chunk);
      const answer = readAnswer(Buffer.concat(chunks).toString('latin1'), headOnly, false);
      if (answer) settle(answer);
    };
    const conclude = (): void => {
      const heard = Buffer.concat(chunks).toString('latin1');
      if (heard === '') settle({ silent: 'hung up on' });
      else settle(readAnswer(heard, headOnly, true) ?? { silent: 'not HTTP' });
    };
    socket.on('data', hear);
    socket.on('close', conclude);
    if (breaksOff) socket.end(bytes);
    else if (inParts) writeInParts(socket, bytes);
    else socket.write(bytes);
  });
}

/** Writes a head, and the body in halves, so far apart that they come in reads of their own. */
function writeInParts(socket: Socket, bytes: Buffer): void {
  const head = bytes.indexOf('\r\n\r\n') + 4;
  const half = head + Math.ceil((bytes.length - head) / 2);
  const rest = [bytes.subarray(0, head), bytes.subarray(head, half), bytes.subarray(half)];
  const writeNext = (): void => {
    const part = rest.shift();
    if (part === undefined) return;
    if (part.length > 0) socket.write(part);
    setTimeout(writeNext, PARTS_APART_MS);
  };
  writeNext();
}

const PARTS_APART_MS = 2;

/** Reads an answer; undefined while it is incomplete, or where it is none. Interim answers are passed over. */
function readAnswer(
  heard: string,
  headOnly: boolean,
  closed: boolean,
): Omit<Answer, 'milliseconds'> | undefined {
  const end = heard.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1]);
  if (end < 0 || Number.isNaN(status)) return undefined;
  const rest = heard.slice(end + 4);
  if (status < 200) return readAnswer(rest, headOnly, closed);
  const fields = heard
    .slice(0, end)
    .split('\r\n')
    .slice(1)
    .map((line): Field => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
  const length = Number(fieldOf({ fields }, 'content-length') ?? Number.NaN);
  const chunked = fieldOf({ fields }, 'transfer-encoding') === 'chunked';
  if (headOnly || status === 204 || status === 304) {
    return { status, fields, body: '', surplus: rest.length };
  }
  if (chunked) {
    const whole = readChunks(rest);
    return whole && { status, fields, ...whole };
  }
  if (Number.isNaN(length)) {
    return closed ? { status, fields, body: rest, surplus: 0 } : undefined;
  }
  if (rest.length < length) return undefined;
  return { status, fields, body: rest.slice(0, length), surplus: rest.length - length };
}

function readChunks(text: string): { body: string; surplus: number } | undefined {
  let at = 0;
  let body = '';
  for (;;) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    const next = line + 2 + size + 2;
    if (Number.isNaN(size) || text.length < next) return undefined;
    if (size === 0) return { body, surplus: text.length - next };
    body += text.slice(line + 2, line + 2 + size);
    at = next;
  }
}
