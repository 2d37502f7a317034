import knex from 'knex';
import type { Knex } from 'knex';
import pg from 'pg';
import type { PostgresAddress } from './address.ts';

/** How long making a connection, and waiting for a free one, may take. */
const CONNECT_MS = 5_000;
/** How long a connection that nobody needs is kept. */
const IDLE_MS = 60_000;
/** How long a transaction may do nothing before the server ends it: whoever holds it is gone. */
const IDLE_IN_TRANSACTION_MS = 30_000;
/** How much longer than the server the client waits: then nobody is there any more. */
const SILENCE_MS = 5_000;

const INT8 = 20;

/** Counts and times come as numbers, exact or not at all; everything else as the library gives it. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? wholeNumber
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a whole number is too large to be exact');
  return value;
}

/** How connections to an address behave. */
export interface ConnectionOptions {
  readonly statementTimeoutMs: number;
  /** Refuses every write. */
  readonly readOnly?: boolean;
}

/** What the library makes a connection from. What is left out it would look for in its own environment variables. */
export const connectionConfig = (
  { host, port, user, password, database, ssl, options }: PostgresAddress,
  { statementTimeoutMs, readOnly = false }: ConnectionOptions,
): pg.ClientConfig => ({
  ...{ host, port, user, password, database, ssl, types },
  application_name: 'ambit',
  options: `${options} ${readOnly ? '-c default_transaction_read_only=on' : ''}`.trim(),
  statement_timeout: statementTimeoutMs,
  query_timeout: statementTimeoutMs + SILENCE_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
});

/** Connections that are shared, bare and under knex. */
export interface Pool {
  readonly bare: pg.Pool;
  readonly db: Knex;
  close(): Promise<void>;
}

const ignore = (): void => undefined;

/** Makes a pool of at most so many connections; none is made before it is needed. */
export function createPool(
  address: PostgresAddress,
  options: ConnectionOptions & { readonly most: number },
): Pool {
  const bare = new pg.Pool({
    ...connectionConfig(address, options),
    max: options.most,
    idleTimeoutMillis: IDLE_MS,
  });
  // A connection that is cut is replaced when one is needed; whoever was using it is told by what it asked for.
  bare.on('error', () => undefined);
  bare.on('connect', (client) => client.on('error', () => undefined));
  const db = knex({
    client: 'pg',
    connectionPool: bare as never,
    log: { debug: ignore, warn: ignore, error: ignore, deprecate: ignore }, // whoever asked is told
    compileSqlOnError: false, // an error goes to the log, where what was to be stored does not belong
  });
  return {
    bare,
    db,
    async close() {
      await db.destroy();
      await bare.end();
    },
  };
}
