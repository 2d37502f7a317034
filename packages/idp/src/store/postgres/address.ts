import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { ConnectionOptions } from 'node:tls';
import { readTlsFiles } from './tls-files.ts';

/** Where a PostgreSQL is, whose database it is, and how the way there is protected. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: false | ConnectionOptions;
  /** Settings of the session, as `-c name=value`. */
  readonly options: string;
}

const DEFAULT_PORT = 5432;

/** Whether a URL is one of PostgreSQL's. */
export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

/** The address without what is secret in it. */
export const placeOf = ({ host, port, database }: PostgresAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${String(port)}/${database}`;

const PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'options'];

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with what libpq knows as `sslmode`, `sslrootcert`, `sslcert`,
 * `sslkey` and `options` in its query.
 *
 * `sslmode` is held to strictly: `require` and `verify-full` want a certificate of a known authority for that very host,
 * `verify-ca` does without the host, `no-verify` encrypts for whoever answers, `disable` does not encrypt. Without it the
 * way is `verify-full`, and `disable` on loopback. Nothing falls back to plain text, so `allow` and `prefer` are refused.
 * The reason of a refusal repeats nothing of the URL but the name of a parameter, and that only where no part of a password
 * can have come to stand in its place.
 */
export function readPostgresUrl(
  text: string,
): Result<PostgresAddress, { readonly reason: string }> {
  const url = URL.parse(text);
  if (!url || !isPostgresUrl(text)) return err({ reason: 'it is no URL' });
  // Where a password holds a `/`, `?` or `#`, what follows is taken for a host, a database or a parameter, up to another `@`.
  if (`${url.pathname}${url.search}`.includes('@') || text.includes('#')) {
    return err({
      reason: 'it has a `#`, or an `@` after the host: something in its password is not encoded',
    });
  }
  const [host, user, password, database] = [
    url.hostname.replace(/^\[|\]$/g, ''),
    url.username,
    url.password,
    url.pathname.slice(1),
  ].map(decode);
  if ([host, user, password, database].includes(undefined)) {
    return err({ reason: 'a `%` in it encodes nothing' });
  }
  if (!host || !user || !database) {
    return err({ reason: 'it must name a user, a host and a database' });
  }
  const wrong = findWrongParameter([...url.searchParams.keys()]);
  if (wrong !== undefined) return err({ reason: wrong });
  const ssl = readTls(url.searchParams, isLoopback(host));
  if (!ssl.ok) return ssl;
  return ok({
    host,
    port: Number(url.port || DEFAULT_PORT),
    user,
    password: password || undefined,
    database,
    ssl: ssl.value,
    options: url.searchParams.get('options') ?? '',
  });
}

/** What is wrong with the parameters; a name is told where it looks like one. */
function findWrongParameter(names: readonly string[]): string | undefined {
  const unknown = names.find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    return /^\w{1,32}$/.test(unknown)
      ? `the parameter \`${unknown}\` is not known`
      : 'a parameter is not known';
  }
  const again = names.find((name, index) => names.indexOf(name) !== index);
  return again === undefined ? undefined : `the parameter \`${again}\` is given twice`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

function readTls(
  parameters: URLSearchParams,
  loopback: boolean,
): Result<false | ConnectionOptions, { readonly reason: string }> {
  const mode = parameters.get('sslmode') ?? (loopback ? 'disable' : 'verify-full');
  const files = readTlsFiles(parameters);
  if (!files.ok) return files;
  switch (mode) {
    case 'disable':
      return ok(false);
    case 'no-verify':
      return ok({ ...files.value, rejectUnauthorized: false });
    case 'verify-ca':
      return ok({ ...files.value, checkServerIdentity: () => undefined });
    case 'require':
    case 'verify-full':
      return ok(files.value);
    case 'allow':
    case 'prefer':
      return err({ reason: `\`sslmode=${mode}\` may fall back to plain text` });
    default:
      return err({ reason: 'its `sslmode` is not known' });
  }
}
