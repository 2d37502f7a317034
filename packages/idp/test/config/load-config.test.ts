import { describe, expect, test } from '@jest/globals';
import { decodeListenAddress } from '../../src/config/address.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { unknownVariables } from '../../src/config/unknown-variables.ts';

function problems(settings: Record<string, string>) {
  const config = loadConfig(settings);
  if (config.ok) throw new Error('the settings were accepted');
  return config.error.map(({ variable, message }) => `${variable}: ${message}`);
}

function accepted(settings: Record<string, string>) {
  const config = loadConfig(settings);
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

describe('the settings', () => {
  test('an empty environment is the embedded default', () => {
    const config = accepted({ AMBIT_HOME: '/srv/ambit' });
    expect(config).toMatchObject({
      home: '/srv/ambit',
      listen: { host: '127.0.0.1', port: 3000 },
      databaseUrl: 'sqlite:/srv/ambit/ambit.db',
      database: { connections: 10, timeoutSeconds: 10 },
      embedded: true,
      masterKeyFile: '/srv/ambit/master.key',
      logLevel: 'info',
      jwksMaxAgeSeconds: 300,
      clientRequestsPerMinute: 60_000,
      trustProxy: [],
      audit: { checkpointSeconds: 60, retentionDays: 0, personalDays: 0 },
    });
    expect(config.issuer).toBeUndefined();
  });

  test('every problem is told at once, naming the variable and the input', () => {
    expect(
      problems({
        AMBIT_LISTEN: 'nowhere',
        AMBIT_LOG_LEVEL: 'loud',
        AMBIT_CLIENT_REQUESTS_PER_MINUTE: '1e3',
        AMBIT_JWKS_MAX_AGE: '-1',
        AMBIT_TRUST_PROXY: '10.0.0.0/8, some-host',
      }),
    ).toEqual([
      'AMBIT_LISTEN: `nowhere` is not an address',
      'AMBIT_LOG_LEVEL: `loud` is not a level',
      'AMBIT_TRUST_PROXY: `some-host` is not an address range',
      'AMBIT_CLIENT_REQUESTS_PER_MINUTE: `1e3` is not a number',
      'AMBIT_JWKS_MAX_AGE: `-1` is not a number',
    ]);
  });

  test('how the audit log is proved and kept is set in seconds and days', () => {
    const audit = {
      AMBIT_AUDIT_CHECKPOINT_SECONDS: '5',
      AMBIT_AUDIT_RETENTION_DAYS: '400',
      AMBIT_AUDIT_PERSONAL_DAYS: '30',
    };
    expect(accepted(audit).audit).toEqual({
      checkpointSeconds: 5,
      retentionDays: 400,
      personalDays: 30,
    });
    expect(problems({ ...audit, AMBIT_AUDIT_CHECKPOINT_SECONDS: '0' })).toEqual([
      'AMBIT_AUDIT_CHECKPOINT_SECONDS: `0` is not a number',
    ]);
  });

  test.each([
    ['https://id.example.com/', 'a trailing slash'],
    ['https://id.example.com/tenant', 'a path'],
    ['id.example.com', 'no scheme'],
    ['https://id.example.com?x=1', 'a query'],
    ['ftp://id.example.com', 'another scheme'],
    ['https://ID.example.com', 'upper case'],
  ])('an issuer `%s` with %s is refused', (issuer) => {
    expect(problems({ AMBIT_ISSUER: issuer })).toEqual([
      `AMBIT_ISSUER: \`${issuer}\` is not an issuer identifier`,
    ]);
  });

  test('plain http is for loopback alone, unless it is allowed', () => {
    expect(problems({ AMBIT_ISSUER: 'http://id.example.com' })).toEqual([
      'AMBIT_ISSUER: `http://id.example.com` is plain http beyond loopback',
    ]);
    expect(accepted({ AMBIT_ISSUER: 'http://127.0.0.1:9' }).issuer).toBe('http://127.0.0.1:9');
    expect(accepted({ AMBIT_ISSUER: 'http://id.example.com', AMBIT_ALLOW_HTTP: '1' }).issuer).toBe(
      'http://id.example.com',
    );
  });

  test('a listener beyond loopback needs TLS and an issuer', () => {
    expect(problems({ AMBIT_LISTEN: '0.0.0.0:3000' })).toEqual([
      'AMBIT_LISTEN: `0.0.0.0` is not loopback, and without TLS tokens and secrets would cross the network in the clear',
      'AMBIT_ISSUER: a listener beyond loopback needs an issuer of its own',
    ]);
  });

  test('a certificate goes with its key, and client authorities with both', () => {
    expect(problems({ AMBIT_TLS_CERT_FILE: 'cert.pem' })).toEqual([
      'AMBIT_TLS_KEY_FILE: a certificate and its key go together',
    ]);
    expect(problems({ AMBIT_TLS_CLIENT_CA_FILE: 'ca.pem' })).toEqual([
      'AMBIT_TLS_CLIENT_CA_FILE: client certificates need TLS',
    ]);
  });

  test('a store it does not know is refused without showing the password in its URL', () => {
    expect(problems({ AMBIT_DATABASE_URL: 'mysql://user:hunter2@db/ambit' })).toEqual([
      'AMBIT_DATABASE_URL: `mysql:` is not a store this build knows',
    ]);
  });

  test('a PostgreSQL is taken as it is named, and what is no URL is not repeated', () => {
    const url = 'postgres://ambit:hunter2@db/ambit?sslmode=require';
    expect(
      accepted({
        ...{ AMBIT_DATABASE_URL: url, AMBIT_DATABASE_CONNECTIONS: '20' },
        AMBIT_DATABASE_TIMEOUT: '3',
      }),
    ).toMatchObject({
      ...{ databaseUrl: url, embedded: false },
      database: { connections: 20, timeoutSeconds: 3 },
    });
    for (const text of ['hunter2@db/ambit', 'ambit:hunter2@db/ambit', 'sqlite:']) {
      expect(problems({ AMBIT_DATABASE_URL: text })).toEqual(['AMBIT_DATABASE_URL: it is no URL']);
    }
    expect(problems({ AMBIT_DATABASE_CONNECTIONS: '1' })).toEqual([
      'AMBIT_DATABASE_CONNECTIONS: `1` is not a number',
    ]);
  });

  test('private issuers and their authorities are for those who ask for them', () => {
    expect(accepted({}).federation).toEqual({ allowPrivate: false });
    expect(
      accepted({
        AMBIT_FEDERATION_ALLOW_PRIVATE: '1',
        AMBIT_FEDERATION_CA_FILE: '/etc/ambit/issuers.pem',
      }).federation,
    ).toEqual({ allowPrivate: true, caFile: '/etc/ambit/issuers.pem' });
    expect(problems({ AMBIT_FEDERATION_ALLOW_PRIVATE: 'yes' })).toEqual([
      'AMBIT_FEDERATION_ALLOW_PRIVATE: `yes` is neither 0 nor 1',
    ]);
  });

  test('an unknown variable is told with the nearest that exists', () => {
    expect(
      unknownVariables({
        AMBIT_LISTN: 'x',
        AMBIT_URL: 'x',
        AMBIT_SERVICE_HOST: '10.0.0.1',
        AMBIT_PORT_3000_TCP_ADDR: '10.0.0.1',
        PATH: 'x',
      }),
    ).toEqual([{ name: 'AMBIT_LISTN', nearest: 'AMBIT_LISTEN' }]);
  });

  test.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:8443', { host: '::1', port: 8443 }],
    [':3000', { host: '0.0.0.0', port: 3000 }],
    ['3000', { host: '127.0.0.1', port: 3000 }],
    ['id.internal:80', { host: 'id.internal', port: 80 }],
    ['127.0.0.1:70000', undefined],
    ['127.0.0.1', undefined],
    ['[nonsense]:1', undefined],
    ['', undefined],
  ])('the address `%s` is read as %j', (text, address) => {
    expect(decodeListenAddress(text)).toEqual(address);
  });
});

describe('traces are sent', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' };
  test.each([
    ['where an endpoint is named', endpoint, true],
    [
      'where one for traces alone is',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector.example/traces' },
      true,
    ],
    ['nowhere by default', {}, false],
    ['nowhere where the name is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
    ['nowhere where the SDK is disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, false],
    ['nowhere where they are to go nowhere', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, false],
  ])('%s', (_, settings: Record<string, string>, tracing) => {
    expect(accepted(settings).tracing).toBe(tracing);
  });
});
