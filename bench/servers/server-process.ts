import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pinned } from '../machine/cores.ts';
import { readProcessFigures } from '../machine/process-figures.ts';

/** How to start a server as a child process. */
export interface ServerCommand {
  /** As the report names it. */
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to its standard input as JSON. */
  readonly settings?: unknown;
}

/** A server that listens, in a process of its own. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Its origin, as it announced it. */
  readonly url: string;
  readonly port: number;
  /** From spawning it to its announcement. */
  readonly startMs: number;
  /** Its resident set when it had just started. */
  readonly restingBytes: number;
  stop(): Promise<void>;
}

/** Starts a server on some cores and waits until it says, in a line of JSON, `"msg":"listening"` and its `url`. */
export async function startServer(
  { name, command, environment = {}, settings }: ServerCommand,
  cores: string | undefined,
): Promise<ServerProcess> {
  const [program = '', ...args] = pinned(command, cores);
  const started = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: [settings === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(JSON.stringify(settings));
  const url = await announcedUrl(name, child);
  const startMs = performance.now() - started;
  return {
    name,
    pid: child.pid ?? 0,
    url,
    port: Number(new URL(url).port),
    startMs,
    restingBytes: readProcessFigures(child.pid ?? 0).residentBytes,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

function announcedUrl(name: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const url = listeningUrl(line);
        if (url !== undefined) resolve(url);
      });
    }
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error([`${name} ended before it listened:`, ...said].join('\n')));
    });
  });
}

function listeningUrl(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const entry = JSON.parse(line) as { msg?: unknown; url?: unknown };
  return entry.msg === 'listening' && typeof entry.url === 'string' ? entry.url : undefined;
}
