import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string =>
  fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** The repository's root folder. */
export const ROOT = path('');
/** The two binaries, as `npm ci` links them. */
export const AMBIT_IDP = path('packages/idp/bin/ambit-idp');
export const AMBIT = path('packages/admin-cli/bin/ambit');

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** The environment of this process without any setting of Ambit's in it. */
export const bareEnv = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AMBIT_')));

/** Runs a command to its end. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...bareEnv(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}
