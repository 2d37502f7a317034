import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A PostgreSQL of a test's own, which it may take away and bring back. */
export interface OwnPostgres {
  readonly url: string;
  /** Ends it, whoever is connected; what was committed is kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const KEEPER = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** Starts a PostgreSQL in a process of its own, which ends with this one. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const keeper = spawn(process.execPath, [KEEPER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(keeper, 'close');
  const [line] = (await once(createInterface(keeper.stdout), 'line')) as [string];
  const { url: place } = JSON.parse(line) as { readonly url: string };
  const ask = async (what: string): Promise<string> => {
    const answer = await fetch(`${place}/${what}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  };
  const url = await ask('');
  return {
    url,
    stop: async () => void (await ask('stop')),
    start: async () => void (await ask('start')),
    async remove() {
      keeper.stdin.end();
      await ended;
    },
  };
}
