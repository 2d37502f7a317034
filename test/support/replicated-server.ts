import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createTestDatabase } from './postgres/test-database.ts';
import type { TestDatabase } from './postgres/test-database.ts';
import { AMBIT_IDP, run } from './processes.ts';

/** Whether this run of the tests is to have two servers on one PostgreSQL wherever a test starts a server. */
export const isReplicated = process.env['AMBIT_TEST_REPLICAS'] !== undefined;

/** What the servers of one folder share, over their starts. */
interface Installation {
  readonly database: TestDatabase;
  readonly balancer: Balancer;
  readonly env: Readonly<
    Record<'AMBIT_ISSUER' | 'AMBIT_DATABASE_URL' | 'AMBIT_MASTER_KEY_FILE' | 'AMBIT_LISTEN', string>
  >;
}

const installations = new Map<string, Installation>();

/** The database of the servers of a folder; none where they keep a file in it. */
export const databaseOf = (home: string): TestDatabase | undefined =>
  installations.get(home)?.database;

/** Takes the database of a folder away. */
export async function dropInstallation(home: string): Promise<void> {
  const installation = installations.get(home);
  installations.delete(home);
  installation?.balancer.close();
  await installation?.database.drop();
}

/** The installation that the servers of a folder are, laid out before the first of them starts. */
export async function installationOf(
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<Installation> {
  const known = installations.get(home);
  if (known) return known;
  const [database, balancer] = await Promise.all([createTestDatabase(), startBalancer()]);
  const scheme = env['AMBIT_TLS_CERT_FILE'] === undefined ? 'http' : 'https';
  const shared = {
    AMBIT_ISSUER: env['AMBIT_ISSUER'] || `${scheme}://localhost:${String(balancer.port)}`,
    AMBIT_DATABASE_URL: database.url,
    AMBIT_MASTER_KEY_FILE: join(home, 'master.key'),
    AMBIT_LISTEN: '127.0.0.1:0',
  };
  writeFileSync(shared.AMBIT_MASTER_KEY_FILE, randomBytes(32).toString('base64'), { mode: 0o600 });
  const installation = { database, balancer, env: shared };
  installations.set(home, installation);
  const laidOut = await run(AMBIT_IDP, ['bootstrap'], {
    env: { ...env, ...shared, AMBIT_HOME: home },
  });
  if (laidOut.code !== 0) throw new Error(laidOut.stderr);
  return installation;
}

/** Gives each connection to the next of several servers in turn, as a balancer before them. */
export interface Balancer {
  readonly port: number;
  /** From now on connections go to servers at these ports. */
  serve(ports: readonly number[]): void;
  close(): void;
}

/** Starts a balancer on any free port of loopback. */
export async function startBalancer(): Promise<Balancer> {
  let ports: readonly number[] = [];
  let turn = 0;
  const server: Server = createServer((incoming) => {
    turn += 1;
    const outgoing = connect(ports[turn % ports.length] ?? 0, '127.0.0.1');
    incoming.on('error', () => outgoing.destroy()).on('close', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy()).on('close', () => incoming.destroy());
    incoming.unref().pipe(outgoing.unref()).pipe(incoming);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => (ports = next),
    close: () => server.close(),
  };
}
