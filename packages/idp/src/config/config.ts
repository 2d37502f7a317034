import type { ListenAddress } from './address.ts';

/** How much the log says, from least to most. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The settings of a server, checked. */
export interface Config {
  /** Absolute path. */
  readonly home: string;
  readonly listen: ListenAddress;
  /** Absent: derived from the port once it is known. */
  readonly issuer?: string;
  readonly allowHttp: boolean;
  readonly databaseUrl: string;
  /** How a database server is used. */
  readonly database: {
    readonly connections: number;
    readonly timeoutSeconds: number;
  };
  /** Whether the database is the embedded default, which may be laid out without being asked. */
  readonly embedded: boolean;
  readonly masterKey?: string;
  readonly masterKeyFile: string;
  /** Whether the file was named by the operator, and so must be there already. */
  readonly masterKeyFileGiven: boolean;
  readonly tls?: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly clientCaFile?: string;
  };
  readonly trustProxy: readonly string[];
  /** How many processes answer requests. */
  readonly workers: number;
  /** For how long requests are answered after readiness has begun to say no. */
  readonly drainSeconds: number;
  /** 0: as many as it likes. */
  readonly clientRequestsPerMinute: number;
  readonly logLevel: LogLevel;
  /** Whether plain requests are answered past the library. */
  readonly narrowPath: boolean;
  readonly jwksMaxAgeSeconds: number;
  /** 0: never by itself. */
  readonly keyRotationDays: number;
  /** Whether audit records are on the disk before their answers go out. */
  readonly auditSync: boolean;
  /** How many of a hundred introspections that find a token active are recorded. */
  readonly auditIntrospectionPercent: number;
  readonly managementListen?: ListenAddress;
  /** Whether the variables of OpenTelemetry say where traces go. */
  readonly tracing: boolean;
  /** How the audit log is proved, and for how long it is kept. */
  readonly audit: {
    readonly checkpointSeconds: number;
    /** 0: for ever. */
    readonly retentionDays: number;
    /** 0: as long as the record. */
    readonly personalDays: number;
  };
  /** How the issuers of federated workloads may be asked for their keys. */
  readonly federation: {
    /** On private and loopback addresses too, over plain http among them. */
    readonly allowPrivate: boolean;
    readonly caFile?: string;
  };
}

/** Something wrong with a setting. */
export interface ConfigProblem {
  readonly variable: string;
  readonly message: string;
  readonly hint: string;
}
