import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A closed loop: every connection sends its next request when the answer to the last one is there. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** The next request, whole. */
  readonly next: () => Buffer;
  /** What every answer must contain to count as one; another ends the run. */
  readonly mark: string;
  readonly onAnswer?: (answer: Buffer) => void;
}

export interface LoadFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Sends requests until the time is up and waits for the last answers. Rejects on the first answer that is not 200.
 *
 * It speaks just enough HTTP/1.1 for servers that give a `Content-Length`, because a generator that does more would be
 * what is measured: each request may differ from the one before, and it must still outrun a bare server.
 */
export async function runLoad(load: Load): Promise<LoadFigures> {
  const latenciesMs: number[] = [];
  const started = performance.now();
  const deadline = started + load.durationMs;
  await Promise.all(
    Array.from({ length: load.connections }, () => converse(load, deadline, latenciesMs)),
  );
  const seconds = (performance.now() - started) / 1000;
  return { requests: latenciesMs.length, seconds, latenciesMs };
}

function converse(load: Load, deadline: number, latenciesMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let received: Buffer = Buffer.alloc(0);
    const send = (): void => {
      sentAt = performance.now();
      socket.write(load.next());
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed a connection in use'));
    });
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const size = answerSize(received);
      if (size === undefined || received.length < size) return;
      const now = performance.now();
      if (!isExpected(received, load.mark)) {
        reject(new Error(`unexpected answer:\n${received.toString('latin1')}`));
        socket.destroy();
        return;
      }
      latenciesMs.push(now - sentAt);
      load.onAnswer?.(received);
      received = received.subarray(size);
      if (now < deadline) {
        send();
      } else {
        resolve();
        socket.destroy();
      }
    });
  });
}

const HEADERS_END = Buffer.from('\r\n\r\n');

/** How long the answer is that begins here; undefined while its headers are incomplete. */
function answerSize(received: Buffer): number | undefined {
  const end = received.indexOf(HEADERS_END);
  if (end === -1) return undefined;
  const headers = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length:\n${headers}`);
  return end + HEADERS_END.length + Number(length);
}

const isExpected = (answer: Buffer, mark: string): boolean =>
  answer.toString('latin1', 9, 12) === '200' && answer.includes(mark, 0, 'latin1');
