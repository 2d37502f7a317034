import { startServer } from '../servers/server-process.ts';
import type { ServerCommand, ServerProcess } from '../servers/server-process.ts';
import type { SuiteContext } from '../suite.ts';

/** Starts one more server for the suite. */
export type Start = (command: ServerCommand) => Promise<ServerProcess>;

/** Runs a suite that starts servers, on one core unless it says others, and stops them at its end, whichever way it ends. */
export async function withServers<T>(
  { cores }: SuiteContext,
  work: (start: Start) => Promise<T>,
  on = cores?.server,
): Promise<T> {
  const servers: ServerProcess[] = [];
  try {
    return await work(async (command) => {
      const server = await startServer(command, on);
      servers.push(server);
      return server;
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
