import { discover } from '@ambit/sdk';
import type { Credentials } from '@ambit/sdk';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { findAdminFile, loadProfile } from './credential-files.ts';
import type { CredentialFile } from './credential-files.ts';

/** What flags said; the environment stands in for what they left out. */
export interface Selection {
  readonly url?: string;
  readonly clientId?: string;
  readonly profile?: string;
}

/** Where to go and as whom. */
export interface Configuration {
  /** The issuer. */
  readonly url: URL;
  readonly credentials: Credentials;
  /** Where the credentials come from, in words. */
  readonly source: string;
}

/**
 * Finds out where to go and as whom: flags, then variables, then the profile named, then `$AMBIT_HOME/admin.json`.
 *
 * Where the file is for another URL, that URL is asked for its name first, without a secret: that nobody is there, or
 * under another name, says more than that there are no credentials for it.
 *
 * INVARIANT: a secret from a file is sent only to the URL which that file names, and only with the client it belongs
 * to.
 */
export async function loadConfiguration(selection: Selection, io: Io): Promise<Configuration> {
  const profile = selection.profile ?? io.env['AMBIT_PROFILE'];
  const wanted = selection.url ?? io.env['AMBIT_URL'];
  const clientId = selection.clientId ?? io.env['AMBIT_CLIENT_ID'];
  const clientSecret = io.env['AMBIT_CLIENT_SECRET'];
  const own = clientId !== undefined && clientSecret !== undefined;
  if (own && wanted !== undefined) {
    const credentials = { clientId, clientSecret };
    return { url: decodeIssuer(wanted), credentials, source: 'AMBIT_CLIENT_SECRET' };
  }
  const file = profile === undefined ? await findAdminFile(io) : await loadProfile(profile, io);
  const url = wanted === undefined ? file && decodeIssuer(file.url) : decodeIssuer(wanted);
  if (url === undefined) throw missing('no issuer to talk to');
  if (own) return { url, credentials: { clientId, clientSecret }, source: 'AMBIT_CLIENT_SECRET' };
  if (file === undefined) throw missing(`no credentials for \`${url.origin}\``);
  if (decodeIssuer(file.url).href !== url.href) {
    await discover(url, io.fetch); // nobody there, or under another name: that is what to tell first
    throw missing(
      `the credentials in ${file.where} are for \`${file.url}\`, not \`${url.origin}\``,
    );
  }
  if (clientId !== undefined && clientId !== file.clientId) {
    throw missing(
      `no secret of \`${clientId}\`; the one in ${file.where} is \`${file.clientId}\`'s`,
    );
  }
  return { url, credentials: credentialsOf(file, clientSecret), source: file.where };
}

const credentialsOf = (file: CredentialFile, clientSecret: string | undefined): Credentials => ({
  clientId: file.clientId,
  clientSecret: clientSecret ?? file.clientSecret,
});

const missing = (message: string): Failure =>
  new Failure(
    'usage',
    message,
    'set AMBIT_URL, AMBIT_CLIENT_ID and AMBIT_CLIENT_SECRET, or name a `--profile`, or set AMBIT_HOME',
  );

/** An issuer is an origin: http or https, without path, query or credentials. A trailing slash is forgiven. */
export function decodeIssuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url !== undefined && url.href === `${url.origin}/`;
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    throw new Failure(
      'usage',
      `\`${text.replace(/\/\/[^/@]*@/, '//')}\` is no issuer`,
      'an issuer looks like `https://id.example.com` or `http://localhost:3000`',
    );
  }
  return url;
}
