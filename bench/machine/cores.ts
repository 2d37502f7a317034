import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which cores the servers and the load generator run on; absent where they cannot be told apart. */
export interface Cores {
  readonly server: string;
  readonly generator: number;
  /** All that there are, for a server that may use what it finds; it would inherit the generator's alone. */
  readonly all: string;
}

/**
 * Takes one core for the server under test and another for the load generator, and moves this process to the latter.
 * Gives undefined, and changes nothing, without `taskset` or a second core.
 */
export function takeCores(): Cores | undefined {
  try {
    const cores = allowedCores();
    const [server, ...others] = cores;
    const generator = others.at(-1);
    if (server === undefined || generator === undefined || availableParallelism() < 2) {
      return undefined;
    }
    execFileSync('taskset', ['-a', '-p', '-c', String(generator), String(process.pid)], {
      stdio: 'ignore',
    });
    return { server: String(server), generator, all: cores.join(',') };
  } catch {
    return undefined;
  }
}

/** The command line that runs a program on some cores, as `taskset` lists them, or as it is. */
export const pinned = (command: readonly string[], cores: string | undefined): readonly string[] =>
  cores === undefined ? command : ['taskset', '-c', cores, ...command];

/** The cores this process may use, as `taskset` lists them: `0-2,5`. */
function allowedCores(): number[] {
  const answer = execFileSync('taskset', ['-p', '-c', String(process.pid)], { encoding: 'utf8' });
  const list = answer.slice(answer.lastIndexOf(':') + 1).trim();
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
