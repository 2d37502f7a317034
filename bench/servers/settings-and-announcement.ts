import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The settings that the bench wrote to the standard input of this process. */
export const readSettings = async <T>(): Promise<T> => JSON.parse(await text(process.stdin)) as T;

/** Listens on any free port of loopback and says so. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://localhost:${String(port)}`);
    });
  });
}

/** Tells the bench where this process listens, in the form Ambit uses. */
export function announce(url: string): void {
  console.log(JSON.stringify({ msg: 'listening', url }));
}
