import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How a client of this installation is reached: the content of `admin.json` and `demo.json` (RFC 6749 §2.3.1 terms).
 */
export interface Credentials {
  readonly url: string;
  readonly client_id: string;
  readonly client_secret: string;
}

/** Name of the file that the administrator's credentials are in. */
export const ADMIN_FILE = 'admin.json';
/** Name of the file that the demo client's credentials are in. */
export const DEMO_FILE = 'demo.json';

/** Reads a credentials file; undefined when there is none or it is not one. */
export function readCredentials(home: string, file: string): Credentials | undefined {
  try {
    const value = JSON.parse(readFileSync(join(home, file), 'utf8')) as Record<string, unknown>;
    const complete = ['url', 'client_id', 'client_secret'].every(
      (name) => typeof value[name] === 'string',
    );
    return complete ? (value as unknown as Credentials) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a credentials file for its owner alone (mode 0600), whole or not at all. */
export function writeCredentials(home: string, file: string, credentials: Credentials): void {
  const path = join(home, file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes the `url` of a credentials file true where it is not; false where it cannot be written, which is no reason not to
 * serve.
 */
export function keepUrl(home: string, file: string, url: string): boolean {
  const credentials = readCredentials(home, file);
  if (!credentials || credentials.url === url) return true;
  try {
    writeCredentials(home, file, { ...credentials, url });
    return true;
  } catch {
    return false;
  }
}
