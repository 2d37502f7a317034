import { connect } from 'node:net';

/** Who answers, and what every good answer holds. */
export interface Target {
  readonly host?: string;
  readonly port: number;
  /** What every answer must contain to count as one; another ends the run. */
  readonly mark: string;
}

/** A connection with one request under way at most. */
export interface Connection {
  /** Sends a request, whole; what was told of the answer to the one before is over. */
  send(request: Buffer): void;
  close(): void;
}

/** What a connection tells. */
export interface Listening {
  readonly onOpen: () => void;
  readonly onAnswer: (answer: Buffer) => void;
  readonly onFault: (fault: Error) => void;
}

/**
 * Opens a connection that speaks just enough HTTP/1.1 for servers that give a `Content-Length`, because a generator that does
 * more would be what is measured: each request may differ from the one before, and it must still outrun a bare server.
 */
export function openConnection(
  { host = '127.0.0.1', port, mark }: Target,
  { onOpen, onAnswer, onFault }: Listening,
): Connection {
  const socket = connect({ port, host, noDelay: true });
  let received: Buffer = Buffer.alloc(0);
  let closing = false;
  socket.on('connect', onOpen);
  socket.on('error', onFault);
  socket.on('close', () => {
    if (!closing) onFault(new Error('the server closed a connection in use'));
  });
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const size = answerSize(received);
    if (size === undefined || received.length < size) return;
    if (!isExpected(received, mark)) {
      onFault(new Error(`unexpected answer:\n${received.toString('latin1')}`));
      return;
    }
    const answer = received;
    received = received.subarray(size);
    onAnswer(answer);
  });
  return {
    send(request) {
      socket.write(request);
    },
    close() {
      closing = true;
      socket.destroy();
    },
  };
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
