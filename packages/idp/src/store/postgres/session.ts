import type { Knex } from 'knex';
import pg from 'pg';
import type { ChainHead } from '../../audit/chain.ts';
import { WRITER } from '../audit.ts';
import { WRITERS_MOST } from '../audit-rows.ts';
import { MIGRATIONS } from '../schema/index.ts';
import { CHANGES_CHANNEL } from '../schema/migration.ts';
import { LogDamaged, StoreUnavailable } from '../unavailable.ts';
import { readBackend } from './backend.ts';
import type { Backend } from './backend.ts';

/** Marks the locks by which processes hold the numbers of writers: `AMBW`. */
const WRITERS_LOCK = 0x414d4257;

/** How long a lost connection is left alone before it is made again, longer each time. */
const BACK_OFF_MS = [50, 100, 250, 500, 1_000] as const;
/** For how long a failure to connect stands: whoever asks meanwhile is told of it without another attempt. */
const FAILURE_STANDS_MS = 50;

/** A writer of the audit log: its number, which nobody else has as long as its connection lives, and the end of its chain. */
export interface Seat {
  readonly client: pg.Client;
  readonly backend: Backend;
  readonly writer: number;
  head: ChainHead;
}

/** The one connection of a process that is its own: it holds its number as a writer, and hears of changes. */
export interface Session {
  /** The seat; it is taken when it is first needed, and again after the connection was lost. */
  seat(): Promise<Seat>;
  /** Gives a seat up whose connection may be dead. */
  leave(seat: Seat): void;
  /** From now on keeps the connection up by itself, and tells of every change and of every time it was not listening. */
  follow(changed: () => void): void;
  close(): Promise<void>;
}

const TAKE_NUMBER = `select writer from generate_series(${String(WRITER + 1)}, ${String(WRITERS_MOST)}) as writer
  where pg_try_advisory_lock(${String(WRITERS_LOCK)}, writer) limit 1`;

const BEGIN_CHAIN = `insert into audit_chains (writer, sequence, digest)
  values ($1, 0, decode(repeat('00', 32), 'hex')) on conflict (writer) do nothing`;

const COUNT_NUMBERS = `select count(distinct pid)::integer as count from pg_locks
  where locktype = 'advisory' and classid = ${String(WRITERS_LOCK)} and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())`;

/** How many processes hold the number of a writer, whichever schema of the database they write to. */
export async function countWriters(db: Knex): Promise<number> {
  const { rows } = await db.raw<{ readonly rows: readonly { readonly count: number }[] }>(
    COUNT_NUMBERS,
  );
  return rows[0]?.count ?? 0;
}

/** Refuses a schema that this release does not know how to write to: it has come since this process looked. */
async function checkSchema(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ readonly least: number }>(
    'select least from ambit_schema where id = 1',
  );
  if ((rows[0]?.least ?? 0) > MIGRATIONS.length) {
    throw new StoreUnavailable('the schema is that of a newer release');
  }
}

/** The end of a chain as it is stored. */
export async function readHead(client: pg.Client, writer: number): Promise<ChainHead> {
  const { rows } = await client.query<ChainHead>({
    name: 'ambit-head',
    text: 'select sequence, digest from audit_chains where writer = $1',
    values: [writer],
  });
  const [head] = rows;
  if (head === undefined) throw new LogDamaged('the head of the audit chain is missing');
  return head;
}

async function takeSeat(client: pg.Client): Promise<Seat> {
  const { rows } = await client.query<{ readonly writer: number }>(TAKE_NUMBER);
  const writer = rows[0]?.writer;
  if (writer === undefined) throw new StoreUnavailable('there are too many writers');
  await client.query(BEGIN_CHAIN, [writer]);
  await checkSchema(client);
  await client.query(`listen ${CHANGES_CHANNEL}`);
  const backend = await readBackend(client);
  return { client, backend, writer, head: await readHead(client, writer) };
}

/**
 * Makes the session of a process; it connects when it is needed.
 *
 * INVARIANT: a writer's number is held by its connection, and records are written under it through that connection alone.
 * Whoever loses the connection has lost the number. That nobody else took it meanwhile need not be trusted: records are
 * only ever written after the head that the writer knows. The number is free only once the server has ended the connection, which may be
 * long after this process has lost it.
 */
export function createSession(config: pg.ClientConfig): Session {
  let seat: Promise<Seat> | undefined;
  let changed: (() => void) | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let failed: { readonly at: number; readonly error: unknown } | undefined;

  const connect = async (): Promise<Seat> => {
    const client = new pg.Client(config);
    const lost = (): void => {
      if (seat !== own) return;
      seat = undefined;
      if (changed && !closed) comeBack();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => changed?.());
    const own = seat;
    try {
      await client.connect();
      const taken = await takeSeat(client);
      failures = 0;
      failed = undefined;
      changed?.();
      return taken;
    } catch (error) {
      client.removeListener('end', lost);
      void client.end().catch(() => undefined);
      throw error;
    }
  };

  const get = (): Promise<Seat> => {
    if (closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (seat) return seat;
    if (failed && performance.now() - failed.at < FAILURE_STANDS_MS) {
      return Promise.reject(failed.error as Error);
    }
    const attempt = Promise.resolve().then(connect);
    seat = attempt;
    attempt.catch((error: unknown) => {
      failed = { at: performance.now(), error };
      if (seat !== attempt) return;
      seat = undefined;
      if (changed) comeBack();
    });
    return attempt;
  };

  const comeBack = (): void => {
    if (timer || closed) return;
    const wait = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)];
    failures += 1;
    timer = setTimeout(() => {
      timer = undefined;
      get().catch(() => undefined); // it tries again by itself
    }, wait).unref();
  };

  return {
    seat: get,
    leave({ client }) {
      void client.end().catch(() => undefined); // what is under way on it is given up, and `end` told of
    },
    follow(next) {
      changed = next;
      get().catch(() => undefined);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const taken = await seat?.catch(() => undefined);
      await taken?.client.end().catch(() => undefined);
    },
  };
}
