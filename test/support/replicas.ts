import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { AMBIT_IDP, run } from './processes.ts';
import { startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';

/** Tokens stay good wherever a server listens. */
export const SHARED_ISSUER = 'http://localhost:3999';

/** One of several servers on one database: where it listens, whatever its issuer is. */
export interface Replica {
  readonly url: string;
  readonly server: TestServer;
}

/** Several servers on one database, as one installation. */
export interface Replicas {
  /** The folder with the administrator's credentials. */
  readonly home: string;
  readonly all: Replica[];
  readonly masterKey: Uint8Array;
  /** Starts one more. */
  add(): Promise<Replica>;
  /** The next one in turn, as a balancer would choose it. */
  next(): { readonly url: string; readonly home: string };
  remove(): Promise<void>;
}

/** Lays an installation out on an empty PostgreSQL and starts so many servers on it. */
export async function startReplicas(
  databaseUrl: string,
  count: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Replicas> {
  const home = temporaryFolder();
  const masterKey = randomBytes(32);
  const settings = {
    ...env,
    AMBIT_DATABASE_URL: databaseUrl,
    AMBIT_MASTER_KEY: masterKey.toString('base64'),
    AMBIT_ISSUER: SHARED_ISSUER,
  };
  const laidOut = await run(AMBIT_IDP, ['bootstrap'], {
    env: { ...settings, AMBIT_HOME: home, AMBIT_LISTEN: '127.0.0.1:0' },
  });
  if (laidOut.code !== 0) throw new Error(laidOut.stderr);
  const all: Replica[] = [];
  let turn = 0;
  const add = async (): Promise<Replica> => {
    const server = await startServer({ home, env: settings });
    const replica = { server, url: `http://127.0.0.1:${String(server.port)}` };
    all.push(replica);
    return replica;
  };
  await Promise.all(Array.from({ length: count }, add));
  return {
    home,
    all,
    masterKey,
    add,
    next() {
      turn += 1;
      const replica = all[turn % all.length];
      if (replica === undefined) throw new Error('no server runs');
      return { url: replica.url, home };
    },
    async remove() {
      await Promise.all(all.map(({ server }) => server.stop()));
      rmSync(home, { recursive: true, force: true });
    },
  };
}
