import { startServer } from './server.ts';
import type { TestServer } from './server.ts';

/** Kills a server and starts it again at the same address, on what it left behind. */
export async function restart(server: TestServer, env: Record<string, string> = {}) {
  await server.stop('SIGKILL');
  return startServer({
    home: server.home,
    env: { AMBIT_ISSUER: server.url, AMBIT_LISTEN: new URL(server.url).host, ...env },
  });
}
