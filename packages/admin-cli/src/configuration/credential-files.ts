import { parse } from 'yaml';
import { errorCode, Failure } from '../failure.ts';
import type { Io } from '../io.ts';

/** Credentials as a file holds them. */
export interface CredentialFile {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The file, and the profile in it, in words. */
  readonly where: string;
}

/** Path of the credentials that `ambit-idp bootstrap` leaves. */
export const adminFilePath = (io: Io): string => `${io.env['AMBIT_HOME'] ?? './.ambit'}/admin.json`;

/** Path of the profiles. */
export const profilesPath = (io: Io): string =>
  `${io.env['XDG_CONFIG_HOME'] ?? `${io.home}/.config`}/ambit/profiles.yaml`;

/** The credentials that `ambit-idp bootstrap` left, if it did. */
export async function findAdminFile(io: Io): Promise<CredentialFile | undefined> {
  const path = adminFilePath(io);
  const text = await findPrivateText(path, io);
  return text === undefined ? undefined : decodeEntry(decodeText(text, path), `\`${path}\``);
}

/** The credentials of a profile; that there are none is a failure. */
export async function loadProfile(name: string, io: Io): Promise<CredentialFile> {
  const path = profilesPath(io);
  const text = await findPrivateText(path, io);
  if (text === undefined) {
    throw new Failure('usage', `no profile \`${name}\`: there is no \`${path}\``, PROFILES_HINT);
  }
  const { profiles } = decodeText(text, path);
  const entries = isRecord(profiles) ? profiles : {};
  const entry = entries[name];
  if (!isRecord(entry)) {
    const known = Object.keys(entries).map((known) => `\`${known}\``);
    const hint = known.length === 0 ? PROFILES_HINT : `it has ${known.join(', ')}`;
    throw new Failure('usage', `no profile \`${name}\` in \`${path}\``, hint);
  }
  return decodeEntry(entry, `profile \`${name}\` of \`${path}\``);
}

const PROFILES_HINT =
  'it holds `profiles: { NAME: { url: URL, client_id: ID, client_secret: SECRET } }`, mode 0600';

/** Text of a file that holds secrets; refused where every user of the machine may read it. */
async function findPrivateText(path: string, io: Io): Promise<string | undefined> {
  const mode = await io.fileMode(path);
  if (mode === undefined) return undefined;
  if ((mode & 0o007) !== 0) {
    throw new Failure(
      'usage',
      `\`${path}\` holds a secret and is open to every user of this machine`,
      `close it by \`chmod 600 ${path}\`, and think of a new secret`,
    );
  }
  try {
    return await io.readFile(path);
  } catch (error) {
    throw new Failure('usage', `cannot read \`${path}\` (${errorCode(error)})`);
  }
}

function decodeText(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Told below without the parser's words, which quote the line and so perhaps a secret.
  }
  throw new Failure('usage', `\`${path}\` cannot be understood`, 'it must be YAML or JSON');
}

function decodeEntry(entry: Readonly<Record<string, unknown>>, where: string): CredentialFile {
  const { url, client_id: clientId, client_secret: clientSecret } = entry;
  if (typeof url !== 'string' || typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    throw new Failure(
      'usage',
      `${where} cannot be used`,
      'it needs `url`, `client_id` and `client_secret`',
    );
  }
  return { url, clientId, clientSecret, where };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
