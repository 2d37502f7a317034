import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AMBIT, AMBIT_IDP, bareEnv, ROOT, run } from './processes.ts';
import type { Finished, RunOptions } from './processes.ts';
import { dropInstallation, installationOf, isReplicated } from './replicated-server.ts';

/** A real server in a process and a folder of its own. */
export interface TestServer {
  readonly url: string;
  /** Where it listens itself; of two servers behind a balancer, the first. */
  readonly port: number;
  readonly home: string;
  readonly child: ChildProcess;
  /** Everything it has written so far. */
  output(): { stdout: string; stderr: string };
  /** Runs `ambit` against it, as its administrator unless the environment says otherwise. */
  ambit(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs `ambit-idp` on the same installation, with the settings of the server. */
  idp(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs `ambit … --output json`, expects it to be done, and gives what it printed. */
  json<T = Record<string, unknown>>(args: readonly string[], options?: RunOptions): Promise<T>;
  /** Ends the process and waits; keeps the folder. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends the process and removes the folder. */
  remove(): Promise<void>;
}

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A folder to start in again; a new temporary one otherwise. */
  readonly home?: string;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'ambit-test-'));

/**
 * Starts `ambit-idp serve` on any free port of loopback and waits until it listens; where the run is to have it so, two of
 * them on one PostgreSQL, behind a balancer.
 */
export const startServer = (options: ServerOptions = {}): Promise<TestServer> =>
  isReplicated && options.env?.['AMBIT_DATABASE_URL'] === undefined
    ? startReplicated(options)
    : startOne(options);

async function startReplicated({
  env = {},
  args = [],
  home = temporaryFolder(),
}: ServerOptions): Promise<TestServer> {
  const { env: shared, balancer } = await installationOf(home, env);
  const { AMBIT_LISTEN, AMBIT_ISSUER } = shared;
  const settings = { ...shared, ...env, AMBIT_LISTEN, AMBIT_ISSUER };
  const first = await startOne({ env: settings, args, home });
  const second = await startOne({ env: settings, args, home }).catch(async (error: unknown) => {
    await first.stop();
    throw error;
  });
  const both = [first, second];
  balancer.serve(both.map(({ port }) => port));
  const stop = async (signal?: NodeJS.Signals): Promise<number | null> => {
    const [code = null] = await Promise.all(both.map((server) => server.stop(signal)));
    return code;
  };
  return {
    ...first,
    output: () => ({
      stdout: both.map((server) => server.output().stdout).join(''),
      stderr: both.map((server) => server.output().stderr).join(''),
    }),
    stop,
    async remove() {
      await stop();
      await dropInstallation(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function startOne({
  env = {},
  args = [],
  home = temporaryFolder(),
}: ServerOptions = {}): Promise<TestServer> {
  const settings = { AMBIT_HOME: home, AMBIT_LISTEN: '127.0.0.1:0', ...env };
  const child = spawn(AMBIT_IDP, ['serve', ...args], {
    cwd: ROOT,
    env: { ...bareEnv(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const { url, port } = await new Promise<{ url: string; port: number }>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      const line = stdout.split('\n').find((candidate) => candidate.includes('"msg":"listening"'));
      if (line) resolve(JSON.parse(line) as { url: string; port: number });
    });
    void ended.then((code) => {
      reject(
        new Error(`ambit-idp ended with ${String(code)} before it listened:\n${stdout}${stderr}`),
      );
    });
  });

  const ambit = (words: readonly string[], options: RunOptions = {}): Promise<Finished> =>
    run(AMBIT, words, { ...options, env: { AMBIT_HOME: home, ...options.env } });
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    port,
    home,
    child,
    output: () => ({ stdout, stderr }),
    ambit,
    idp: (words, options = {}) =>
      run(AMBIT_IDP, words, { ...options, env: { ...settings, ...options.env } }),
    async json<T>(words: readonly string[], options: RunOptions = {}) {
      const finished = await ambit([...words, '--output', 'json'], options);
      if (finished.code !== 0) {
        throw new Error(`ambit ${words.join(' ')}: ${String(finished.code)}\n${finished.stderr}`);
      }
      return JSON.parse(finished.stdout) as T;
    },
    stop,
    async remove() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The credentials that the server wrote for its first administrator. */
export const adminCredentials = (home: string): { client_id: string; client_secret: string } =>
  JSON.parse(readFileSync(join(home, 'admin.json'), 'utf8')) as {
    client_id: string;
    client_secret: string;
  };
