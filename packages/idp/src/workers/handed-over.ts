import type { ChildProcess } from 'node:child_process';

/** A connection as Node.js hands it over, and the number of the message that it came with. */
interface HandedOver {
  readonly seq: unknown;
  readonly connection: { close(): void };
}

/**
 * Closes the connection that a process was handed and ended without an answer. The round robin of Node.js goes on waiting for
 * whether it was taken, and so would whoever connected, who is now told by the connection's end and can ask again.
 *
 * It hands a process one at a time. One that is answered for is none of ours: it was taken, or was given back and is on its way
 * to another process.
 */
export function closeWhatIsNotTaken(child: ChildProcess): void {
  const send = child.send.bind(child) as (...sent: unknown[]) => boolean;
  let handed: HandedOver | undefined;
  child.send = (...sent: unknown[]): boolean => {
    const [message, handle] = sent;
    if (isConnection(handle)) {
      handed = { seq: (message as { seq?: unknown }).seq, connection: handle };
    }
    return send(...sent);
  };
  child.prependListener('internalMessage', (answer: { ack?: unknown }) => {
    if (handed?.seq === answer.ack) handed = undefined;
  });
  child.once('exit', () => handed?.connection.close());
}

const isConnection = (handle: unknown): handle is HandedOver['connection'] =>
  typeof handle === 'object' && handle !== null && 'close' in handle;
