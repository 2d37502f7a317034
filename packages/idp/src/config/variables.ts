/** One setting: an environment variable, and the flag of the same name without the prefix. */
export interface Variable {
  readonly name: `AMBIT_${string}`;
  /** What stands for it when it is not set, as the reference page shows it. */
  readonly fallback: string;
  readonly description: string;
}

/** Every setting of `ambit-idp`; flags, checks and the reference page are made from it. */
export const VARIABLES = [
  {
    name: 'AMBIT_HOME',
    fallback: './.ambit',
    description: 'Folder of the embedded database, the generated master key and `admin.json`.',
  },
  {
    name: 'AMBIT_LISTEN',
    fallback: '127.0.0.1:3000',
    description: 'Address and port to listen on; port 0 takes any free one.',
  },
  {
    name: 'AMBIT_ISSUER',
    fallback: 'http://localhost:PORT',
    description:
      'The issuer identifier: scheme, host and port, no path and no trailing slash. Plain http only on loopback, or with `AMBIT_ALLOW_HTTP=1`.',
  },
  {
    name: 'AMBIT_ALLOW_HTTP',
    fallback: '0',
    description:
      'Set to 1 to accept a plain http issuer or listener beyond loopback, behind a TLS-terminating proxy for example.',
  },
  {
    name: 'AMBIT_DATABASE_URL',
    fallback: 'sqlite:$AMBIT_HOME/ambit.db',
    description:
      'Where the store is: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with `sslmode` and the like in its query.',
  },
  {
    name: 'AMBIT_DATABASE_CONNECTIONS',
    fallback: '10',
    description:
      'Connections that each process reads PostgreSQL through at most, 2 to 500; it takes up to five more to write. A server with workers is one process more than it has workers.',
  },
  {
    name: 'AMBIT_DATABASE_TIMEOUT',
    fallback: '10',
    description: 'Seconds after which PostgreSQL gives a statement up.',
  },
  {
    name: 'AMBIT_MASTER_KEY',
    fallback: 'none',
    description: '32 bytes in base64 from which every key at rest is derived.',
  },
  {
    name: 'AMBIT_MASTER_KEY_FILE',
    fallback: '$AMBIT_HOME/master.key',
    description:
      'File that holds the master key, readable by its owner alone, or where it is of root, by one group. Generated on the embedded default, required otherwise.',
  },
  {
    name: 'AMBIT_TLS_CERT_FILE',
    fallback: 'none',
    description: 'Certificate chain (PEM); with it Ambit terminates TLS itself.',
  },
  {
    name: 'AMBIT_TLS_KEY_FILE',
    fallback: 'none',
    description: 'Private key (PEM) of the certificate.',
  },
  {
    name: 'AMBIT_TLS_CLIENT_CA_FILE',
    fallback: 'none',
    description:
      'Certificate authorities (PEM) that `tls_client_auth` client certificates must come from.',
  },
  {
    name: 'AMBIT_TRUST_PROXY',
    fallback: 'none',
    description:
      'Comma-separated list of proxies (CIDR) whose `X-Forwarded-For` is believed; the rightmost untrusted hop is the address.',
  },
  {
    name: 'AMBIT_WORKERS',
    fallback: '1',
    description:
      'Processes that answer requests at the same address, one for each core for example. With more than one, a further process looks after them and after the house.',
  },
  {
    name: 'AMBIT_DRAIN_SECONDS',
    fallback: '0',
    description:
      'Seconds for which a server that was told to stop goes on answering while `/health/ready` says no already, so that whoever sends it requests notices in time.',
  },
  {
    name: 'AMBIT_CLIENT_REQUESTS_PER_MINUTE',
    fallback: '60000',
    description:
      'Requests that each client may make in a minute, at the OAuth endpoints and the admin API together, counted by each server for itself and by all of its workers together; 0 lets it make as many as it likes.',
  },
  {
    name: 'AMBIT_LOG_LEVEL',
    fallback: 'info',
    description: 'error, warn, info or debug; debug adds a line per request.',
  },
  {
    name: 'AMBIT_NARROW_PATH',
    fallback: '1',
    description:
      'Set to 0 to have every request answered by way of the OAuth library; otherwise client_credentials and introspection by clients with a secret take a shorter path to the same answers.',
  },
  {
    name: 'AMBIT_JWKS_MAX_AGE',
    fallback: '300',
    description:
      'Seconds for which resource servers may cache the JWKS. A new signing key waits that long, and a margin, before it signs.',
  },
  {
    name: 'AMBIT_KEY_ROTATION_DAYS',
    fallback: '90',
    description:
      'Age in days at which an active signing key is rotated by itself, and the key that signs checkpoints of the audit log; 0 leaves rotation to `ambit key rotate`.',
  },
  {
    name: 'AMBIT_AUDIT_CHECKPOINT_SECONDS',
    fallback: '60',
    description:
      'Seconds from one signed checkpoint of the audit log to the next, where something was written meanwhile.',
  },
  {
    name: 'AMBIT_AUDIT_RETENTION_DAYS',
    fallback: '0',
    description:
      'Age in days at which records of the audit log are dropped, counted to the hour; 0 keeps them for ever.',
  },
  {
    name: 'AMBIT_AUDIT_PERSONAL_DAYS',
    fallback: '0',
    description:
      'Age in days at which addresses and external subjects are erased from records of the audit log; 0 keeps them as long as the record.',
  },
  {
    name: 'AMBIT_AUDIT_SYNC',
    fallback: '0',
    description:
      'Set to 1 to have audit records on the disk before their answers go out, as they always are with PostgreSQL. Without it SQLite has them in the hands of the operating system, which outlives the server and not the machine.',
  },
  {
    name: 'AMBIT_AUDIT_INTROSPECTION_PERCENT',
    fallback: '100',
    description:
      'How many of a hundred introspections that find a token active leave an audit record; all others, and every other decision, always do.',
  },
  {
    name: 'AMBIT_MANAGEMENT_LISTEN',
    fallback: 'none',
    description:
      'Address and port of a second listener, for health and for metrics that everybody who reaches it may read.',
  },
  {
    name: 'AMBIT_FEDERATION_ALLOW_PRIVATE',
    fallback: '0',
    description:
      'Set to 1 to fetch the keys of federated issuers from private, loopback and link-local addresses too, over plain http among them.',
  },
  {
    name: 'AMBIT_FEDERATION_CA_FILE',
    fallback: 'none',
    description:
      'Certificate authorities (PEM) to trust for federated issuers, besides the well-known ones.',
  },
] as const satisfies readonly Variable[];

/** The name of a setting, `AMBIT_HOME` for example. */
export type VariableName = (typeof VARIABLES)[number]['name'];

/** The flag that sets a variable: `AMBIT_JWKS_MAX_AGE` is `--jwks-max-age`. */
export const flagOf = (name: VariableName): string =>
  `--${name.slice('AMBIT_'.length).toLowerCase().replaceAll('_', '-')}`;
