/**
 * Keeps a PostgreSQL for whoever started this process: starts it when it is first asked for, and ends it with itself, which
 * is when its standard input ends. Says `{"url": …}` of the place to ask at, which answers with the URL of the database;
 * at `/stop` it ends it first, whoever is connected, and at `/start` it starts it again. Exits 1 where a test has left a
 * database on it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPostgres } from './start-postgres.ts';
import { listTestDatabases } from './test-database.ts';

/** How long the end of the database is waited for. */
const PATIENCE_MS = 15_000;

let started: ReturnType<typeof startPostgres> | undefined;

const server = createServer((request, response) => {
  started ??= startPostgres();
  started
    .then(async ({ url, stop, start }) => {
      if (request.url === '/stop') await stop();
      if (request.url === '/start') await start();
      response.end(url);
    })
    .catch((error: unknown) => response.writeHead(500).end(String(error)));
});

async function end(): Promise<void> {
  server.close();
  server.closeAllConnections();
  setTimeout(() => process.exit(1), PATIENCE_MS); // the library ends what it has started then
  const postgres = await started?.catch(() => undefined);
  const left = postgres ? await listTestDatabases(postgres.url).catch(() => []) : [];
  for (const name of left) process.stderr.write(`a test has left the database ${name} behind\n`);
  await postgres?.remove();
  process.exit(left.length > 0 ? 1 : 0);
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${String(port)}` })}\n`);
});
process.stdin.resume().on('end', () => void end());
