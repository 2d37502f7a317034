import type { ChildProcess } from 'node:child_process';

/** A connection as Node.js hands it over. */
interface Connection {
  close(): void;
}

const isConnection = (handle: unknown): handle is Connection =>
  typeof handle === 'object' && handle !== null && 'close' in handle;

/**
 * Closes the connection that a process had been handed and ended without taking. Node.js goes on waiting for it to say
 * that it did (nodejs/node#21746), and so would whoever connected, who is now told by the connection's end and can ask
 * again. It hands a process one at a time, and has closed its own side of those that were taken: to close them again does nothing.
 */
export function closeWhatIsNotTaken(process: ChildProcess): void {
  const send = process.send.bind(process) as (...sent: unknown[]) => boolean;
  let handed: Connection | undefined;
  process.send = (...sent: unknown[]): boolean => {
    const [, handle] = sent;
    if (isConnection(handle)) handed = handle;
    return send(...sent);
  };
  process.once('exit', () => handed?.close());
}
