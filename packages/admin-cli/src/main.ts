import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { Io } from './io.ts';
import { run } from './run.ts';

// A reader that has seen enough (`ambit … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const io: Io = {
  stdout: (data) => process.stdout.write(data),
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
  stderr: (data) => process.stderr.write(data),
  stdin: () => text(process.stdin),
  ask,
  isTerminal: {
    stdin: process.stdin.isTTY,
    stdout: process.stdout.isTTY,
    stderr: process.stderr.isTTY,
  },
  env: process.env,
  home: homedir(),
  fetch,
  now: Date.now,
  wait: (milliseconds, stopped) =>
    setTimeout(milliseconds, undefined, { signal: stopped }).catch(() => undefined),
  onStop,
  readFile: (path) => readFile(path, 'utf8'),
  writeFile: (path, data) => writeFile(path, data),
  fileMode: (path) =>
    stat(path).then(
      ({ mode }) => mode & 0o777,
      () => undefined,
    ),
};

process.exitCode = await run(process.argv.slice(2), io);

/** Signals end a command that asks for this by its own road; the others just end. */
function onStop(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

/** A question that is broken off (Ctrl-C, Ctrl-D) is answered by nothing, which is no consent. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const off = new AbortController();
  for (const event of ['SIGINT', 'close'] as const) {
    terminal.once(event, () => {
      off.abort();
    });
  }
  try {
    return await terminal.question(question, { signal: off.signal });
  } catch {
    return '\n';
  } finally {
    terminal.close();
  }
}
