import type pg from 'pg';

/** The end of a connection at the server, which may go on with what it was asked after the way there was cut. */
export interface Backend {
  readonly pid: number;
  /** When it was begun, in seconds as the server writes them: a pid may be given again. */
  readonly startedAt: string;
}

/** How long one attempt to end another waits for it to be gone. */
const ENDING_MS = 250;

const OWN = `select pid, extract(epoch from backend_start)::text as "startedAt"
  from pg_stat_activity where pid = pg_backend_pid()`;

const OF_ANOTHER =
  'from pg_stat_activity where pid = $1 and extract(epoch from backend_start)::text = $2';

/** The backend of a connection. */
export async function readBackend(client: pg.Client): Promise<Backend> {
  const [own] = (await client.query<Backend>(OWN)).rows;
  if (own === undefined) throw new Error('the server does not know its own backend');
  return own;
}

/**
 * Ends a backend, by another connection of the same user. Whether it is gone: then all that it was asked is either committed and
 * can be seen, or never will be.
 */
export async function endBackend(client: pg.Client, { pid, startedAt }: Backend): Promise<boolean> {
  await client
    .query(`select pg_terminate_backend(pid, ${String(ENDING_MS)}) ${OF_ANOTHER}`, [pid, startedAt])
    .catch(() => undefined); // where it may not be ended, it is waited for
  return (await client.query(`select ${OF_ANOTHER}`, [pid, startedAt])).rows.length === 0;
}
