import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { isLoopback } from './address.ts';
import type { ListenAddress } from './address.ts';
import type { Config, ConfigProblem } from './config.ts';
import { createSettingsReader } from './settings-reader.ts';
import type { Settings, SettingsReader } from './settings-reader.ts';
import { wantsTraces } from './opentelemetry.ts';
import type { VariableName } from './variables.ts';

/** Reads and checks every setting; all problems at once, so that one correction suffices. */
export function loadConfig(settings: Settings): Result<Config, readonly ConfigProblem[]> {
  const reader = createSettingsReader(settings);
  const home = resolve(reader.text('AMBIT_HOME') ?? './.ambit');
  const listen = reader.address('AMBIT_LISTEN', '127.0.0.1:3000');
  const managementListen = reader.address('AMBIT_MANAGEMENT_LISTEN');
  const allowHttp = reader.flag('AMBIT_ALLOW_HTTP');
  const tls = readTls(reader);
  const issuer = readIssuer(reader, allowHttp);
  if (listen) checkExposure(reader, listen, { encrypted: tls !== undefined || allowHttp, issuer });
  const databaseUrl = readDatabaseUrl(reader);
  const database = readDatabase(reader);
  const logLevel = reader.level('AMBIT_LOG_LEVEL', 'info');
  const trustProxy = readTrustProxy(reader);
  const narrowPath = reader.flag('AMBIT_NARROW_PATH', '1');
  const { masterKey, masterKeyFile } = readMasterKey(reader);
  const workers = reader.wholeNumber('AMBIT_WORKERS', { fallback: 1, least: 1, most: 64 });
  const drainSeconds = reader.wholeNumber('AMBIT_DRAIN_SECONDS', {
    fallback: 0,
    least: 0,
    most: 600,
  });
  const clientRequestsPerMinute = reader.wholeNumber('AMBIT_CLIENT_REQUESTS_PER_MINUTE', {
    fallback: 60_000,
    least: 0,
    most: 1_000_000_000,
  });
  const jwksMaxAgeSeconds = reader.wholeNumber('AMBIT_JWKS_MAX_AGE', {
    fallback: 300,
    least: 1,
    most: 86_400,
  });
  const keyRotationDays = reader.wholeNumber('AMBIT_KEY_ROTATION_DAYS', {
    fallback: 90,
    least: 0,
    most: 3650,
  });
  const auditIntrospectionPercent = reader.wholeNumber('AMBIT_AUDIT_INTROSPECTION_PERCENT', {
    fallback: 100,
    least: 0,
    most: 100,
  });
  const auditSync = reader.flag('AMBIT_AUDIT_SYNC');
  const federation = readFederation(reader);
  const audit = readAudit(reader);

  if (reader.problems.length > 0 || !listen) return err(reader.problems);
  return ok({
    home,
    listen,
    allowHttp,
    databaseUrl: databaseUrl ?? `sqlite:${join(home, 'ambit.db')}`,
    embedded: databaseUrl === undefined,
    database,
    masterKeyFile: resolve(masterKeyFile ?? join(home, 'master.key')),
    masterKeyFileGiven: masterKeyFile !== undefined,
    trustProxy,
    workers,
    drainSeconds,
    clientRequestsPerMinute,
    logLevel,
    narrowPath,
    jwksMaxAgeSeconds,
    keyRotationDays,
    auditIntrospectionPercent,
    auditSync,
    federation,
    tracing: wantsTraces(settings),
    audit,
    ...present({ issuer, masterKey, tls, managementListen }),
  });
}

function readFederation(reader: SettingsReader): Config['federation'] {
  const allowPrivate = reader.flag('AMBIT_FEDERATION_ALLOW_PRIVATE');
  const caFile = reader.text('AMBIT_FEDERATION_CA_FILE');
  return { allowPrivate, ...(caFile === undefined ? {} : { caFile: resolve(caFile) }) };
}

function readAudit(reader: SettingsReader): Config['audit'] {
  const days = (name: VariableName): number =>
    reader.wholeNumber(name, { fallback: 0, least: 0, most: 36_500 });
  return {
    checkpointSeconds: reader.wholeNumber('AMBIT_AUDIT_CHECKPOINT_SECONDS', {
      fallback: 60,
      least: 1,
      most: 86_400,
    }),
    retentionDays: days('AMBIT_AUDIT_RETENTION_DAYS'),
    personalDays: days('AMBIT_AUDIT_PERSONAL_DAYS'),
  };
}

function readTls(reader: SettingsReader): Config['tls'] {
  const certFile = reader.text('AMBIT_TLS_CERT_FILE');
  const keyFile = reader.text('AMBIT_TLS_KEY_FILE');
  const clientCaFile = reader.text('AMBIT_TLS_CLIENT_CA_FILE');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile ? 'AMBIT_TLS_KEY_FILE' : 'AMBIT_TLS_CERT_FILE';
    reader.report(missing, 'a certificate and its key go together', `set \`${missing}\` too`);
  }
  if (clientCaFile !== undefined && certFile === undefined) {
    const hint = 'set `AMBIT_TLS_CERT_FILE` and `AMBIT_TLS_KEY_FILE`';
    reader.report('AMBIT_TLS_CLIENT_CA_FILE', 'client certificates need TLS', hint);
  }
  return certFile !== undefined && keyFile !== undefined
    ? { certFile, keyFile, ...present({ clientCaFile }) }
    : undefined;
}

function readIssuer(reader: SettingsReader, allowHttp: boolean): string | undefined {
  const issuer = reader.text('AMBIT_ISSUER');
  const fault = issuer === undefined ? undefined : issuerFault(issuer, allowHttp);
  if (fault) reader.report('AMBIT_ISSUER', fault.message, fault.hint);
  return issuer;
}

/**
 * What is wrong with an issuer identifier, if anything (RFC 8414 §2: a URL without query or fragment; here without
 * path too).
 */
function issuerFault(
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

/** Whoever can be reached from other machines needs encryption, and a name of its own. */
function checkExposure(
  reader: SettingsReader,
  { host }: ListenAddress,
  { encrypted, issuer }: { readonly encrypted: boolean; readonly issuer: string | undefined },
): void {
  if (isLoopback(host)) return;
  if (!encrypted) {
    reader.report(
      'AMBIT_LISTEN',
      `\`${host}\` is not loopback, and without TLS tokens and secrets would cross the network in the clear`,
      'set `AMBIT_TLS_CERT_FILE` and `AMBIT_TLS_KEY_FILE`, or `AMBIT_ALLOW_HTTP=1` behind a proxy that terminates TLS',
    );
  }
  if (issuer === undefined) {
    reader.report(
      'AMBIT_ISSUER',
      'a listener beyond loopback needs an issuer of its own',
      'set it to the URL clients use, https://id.example.com for example',
    );
  }
}

function readDatabaseUrl(reader: SettingsReader): string | undefined {
  const url = reader.text('AMBIT_DATABASE_URL');
  if (url !== undefined && !/^(?:sqlite:.|postgres(?:ql)?:\/\/.)/.test(url)) {
    // It may hold a user and a password, so no more of it is repeated than what is a scheme for certain.
    const scheme = /^([a-z][a-z0-9+.-]{0,20}:)\/\//i.exec(url)?.[1];
    const message = scheme ? `\`${scheme}\` is not a store this build knows` : 'it is no URL';
    const hint = 'write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE';
    reader.report('AMBIT_DATABASE_URL', message, hint);
  }
  return url;
}

const readDatabase = (reader: SettingsReader): Config['database'] => ({
  connections: reader.wholeNumber('AMBIT_DATABASE_CONNECTIONS', {
    fallback: 10,
    least: 2,
    most: 500,
  }),
  timeoutSeconds: reader.wholeNumber('AMBIT_DATABASE_TIMEOUT', {
    fallback: 10,
    least: 1,
    most: 600,
  }),
});

function readMasterKey(reader: SettingsReader) {
  const masterKey = reader.text('AMBIT_MASTER_KEY');
  const masterKeyFile = reader.text('AMBIT_MASTER_KEY_FILE');
  if (masterKey !== undefined && masterKeyFile !== undefined) {
    const hint = 'set either `AMBIT_MASTER_KEY` or `AMBIT_MASTER_KEY_FILE`';
    reader.report('AMBIT_MASTER_KEY', 'the master key is given twice', hint);
  }
  return { masterKey, masterKeyFile };
}

function readTrustProxy(reader: SettingsReader): readonly string[] {
  const ranges = (reader.text('AMBIT_TRUST_PROXY') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  for (const range of ranges.filter((candidate) => !isRange(candidate))) {
    const hint = 'write CIDR ranges, 10.0.0.0/8 for example';
    reader.report('AMBIT_TRUST_PROXY', `\`${range}\` is not an address range`, hint);
  }
  return ranges;
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
