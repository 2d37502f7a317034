import { readFileSync } from 'node:fs';
import { CommandFailed } from './failure.ts';

/** Reads a PEM file that a variable names; what is in the way is one line for the operator. */
export function readPem(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailed({
      message: `${variable}: \`${path}\` cannot be read (${code ?? String(error)})`,
      hint: 'name a PEM file that the user who runs the server can read',
    });
  }
}
