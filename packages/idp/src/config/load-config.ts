import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { err, ok, present, type Result, suggestNames } from '@ambit/scope-catalog';
import { decodeListenAddress, isLoopback, type ListenAddress } from './address.ts';
import { type Config, type ConfigProblem, LOG_LEVELS, type LogLevel } from './config.ts';
import { VARIABLES, type VariableName } from './variables.ts';

/** Where settings come from: an environment with the flags laid over it. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Reads and checks every setting; all problems at once, so that one correction suffices. */
export function loadConfig(settings: Settings): Result<Config, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = [];
  const problem = (variable: VariableName, message: string, hint: string): void => {
    problems.push({ variable, message, hint });
  };
  const read = (name: VariableName): string | undefined => settings[name]?.trim() || undefined;

  const listenAddress = (name: VariableName, fallback?: string): ListenAddress | undefined => {
    const text = read(name) ?? fallback;
    if (text === undefined) return undefined;
    const address = decodeListenAddress(text);
    if (!address)
      problem(name, `\`${text}\` is not an address`, 'write HOST:PORT, 127.0.0.1:3000 for example');
    return address;
  };
  const wholeNumber = (
    name: VariableName,
    fallback: number,
    least: number,
    most: number,
  ): number => {
    const text = read(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    problem(name, `\`${text}\` is not a number`, `write a whole number from ${least} to ${most}`);
    return fallback;
  };
  const flag = (name: VariableName): boolean => {
    const text = read(name) ?? '0';
    if (!['0', '1', 'true', 'false'].includes(text)) {
      problem(name, `\`${text}\` is neither 0 nor 1`, 'write 1 to switch it on');
    }
    return text === '1' || text === 'true';
  };

  const home = resolve(read('AMBIT_HOME') ?? './.ambit');
  const listen = listenAddress('AMBIT_LISTEN', '127.0.0.1:3000');
  const managementListen = listenAddress('AMBIT_MANAGEMENT_LISTEN');
  const allowHttp = flag('AMBIT_ALLOW_HTTP');

  const certFile = read('AMBIT_TLS_CERT_FILE');
  const keyFile = read('AMBIT_TLS_KEY_FILE');
  const clientCaFile = read('AMBIT_TLS_CLIENT_CA_FILE');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile ? 'AMBIT_TLS_KEY_FILE' : 'AMBIT_TLS_CERT_FILE';
    problem(missing, 'a certificate and its key go together', `set \`${missing}\` too`);
  }
  if (clientCaFile !== undefined && certFile === undefined) {
    problem(
      'AMBIT_TLS_CLIENT_CA_FILE',
      'client certificates need TLS',
      'set `AMBIT_TLS_CERT_FILE` and `AMBIT_TLS_KEY_FILE`',
    );
  }
  const tls =
    certFile !== undefined && keyFile !== undefined
      ? { certFile, keyFile, ...present({ clientCaFile }) }
      : undefined;

  const issuer = read('AMBIT_ISSUER');
  if (issuer !== undefined) {
    const fault = issuerFault(issuer, allowHttp);
    if (fault) problem('AMBIT_ISSUER', fault.message, fault.hint);
  }
  if (listen && !isLoopback(listen.host) && !tls && !allowHttp) {
    problem(
      'AMBIT_LISTEN',
      `\`${listen.host}\` is not loopback, and without TLS tokens and secrets would cross the network in the clear`,
      'set `AMBIT_TLS_CERT_FILE` and `AMBIT_TLS_KEY_FILE`, or `AMBIT_ALLOW_HTTP=1` behind a proxy that terminates TLS',
    );
  }
  if (listen && !isLoopback(listen.host) && issuer === undefined) {
    problem(
      'AMBIT_ISSUER',
      'a listener beyond loopback needs an issuer of its own',
      'set it to the URL clients use, https://id.example.com for example',
    );
  }

  const databaseUrl = read('AMBIT_DATABASE_URL');
  if (databaseUrl !== undefined && !/^sqlite:./.test(databaseUrl)) {
    const scheme = databaseUrl.split(':', 1)[0];
    problem(
      'AMBIT_DATABASE_URL',
      `\`${scheme}:\` is not a store this build knows`,
      'write sqlite:PATH',
    );
  }

  const logLevel = read('AMBIT_LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel as LogLevel)) {
    problem(
      'AMBIT_LOG_LEVEL',
      `\`${logLevel}\` is not a level`,
      `write one of ${LOG_LEVELS.join(', ')}`,
    );
  }

  const trustProxy = (read('AMBIT_TRUST_PROXY') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  for (const range of trustProxy) {
    if (!isRange(range))
      problem(
        'AMBIT_TRUST_PROXY',
        `\`${range}\` is not an address range`,
        'write CIDR ranges, 10.0.0.0/8 for example',
      );
  }

  const masterKey = read('AMBIT_MASTER_KEY');
  const masterKeyFile = read('AMBIT_MASTER_KEY_FILE');
  if (masterKey !== undefined && masterKeyFile !== undefined) {
    problem(
      'AMBIT_MASTER_KEY',
      'the master key is given twice',
      'set either `AMBIT_MASTER_KEY` or `AMBIT_MASTER_KEY_FILE`',
    );
  }

  const jwksMaxAgeSeconds = wholeNumber('AMBIT_JWKS_MAX_AGE', 300, 1, 86_400);
  const keyRotationDays = wholeNumber('AMBIT_KEY_ROTATION_DAYS', 90, 0, 3650);

  if (problems.length > 0 || !listen) return err(problems);
  return ok({
    home,
    listen,
    ...present({ issuer }),
    allowHttp,
    databaseUrl: databaseUrl ?? `sqlite:${join(home, 'ambit.db')}`,
    embedded: databaseUrl === undefined,
    ...present({ masterKey }),
    masterKeyFile: resolve(masterKeyFile ?? join(home, 'master.key')),
    masterKeyFileGiven: masterKeyFile !== undefined,
    ...present({ tls }),
    trustProxy,
    logLevel: logLevel as LogLevel,
    jwksMaxAgeSeconds,
    keyRotationDays,
    ...present({ managementListen }),
  });
}

/**
 * What is wrong with an issuer identifier, if anything (RFC 8414 §2: a URL without query or fragment; here without
 * path too).
 */
export function issuerFault(
  issuer: string,
  allowHttp: boolean,
): { message: string; hint: string } | undefined {
  const url = URL.parse(issuer);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || issuer !== url.origin) {
    return {
      message: `\`${issuer}\` is not an issuer identifier`,
      hint: 'write scheme, host and port alone, without path or trailing slash: https://id.example.com',
    };
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    return {
      message: `\`${issuer}\` is plain http beyond loopback`,
      hint: 'use https, or set `AMBIT_ALLOW_HTTP=1` if you know that nobody listens in between',
    };
  }
  return undefined;
}

/** What Kubernetes puts into the environment of every container for a service named `ambit`. */
const SERVICE_LINK = /^AMBIT_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_(?:TCP|UDP))/;

/** `AMBIT_*` names that are no setting, each with the nearest that is. */
export function unknownVariables(
  settings: Settings,
): readonly { name: string; nearest?: string }[] {
  const known = VARIABLES.map((variable) => variable.name as string);
  const clientSide = ['AMBIT_URL', 'AMBIT_CLIENT_ID', 'AMBIT_CLIENT_SECRET', 'AMBIT_PROFILE'];
  return Object.keys(settings)
    .filter(
      (name) =>
        name.startsWith('AMBIT_') &&
        !SERVICE_LINK.test(name) &&
        !known.includes(name) &&
        !clientSide.includes(name),
    )
    .map((name) => {
      const [nearest] = suggestNames(name, known, 1);
      return nearest === undefined ? { name } : { name, nearest };
    });
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
