/** A thread that looks at the log: one connection, one snapshot, one task after the other. */
import { workerData } from 'node:worker_threads';
import pg from 'pg';
import { createTaskRunner } from '../../audit/verification/tasks.ts';
import { serveLane } from '../lane-worker.ts';
import { readPostgresUrl } from './address.ts';
import { createLogSnapshot } from './log-snapshot.ts';
import { connectionConfig } from './pools.ts';

/** How long one portion may take. */
const STATEMENT_TIMEOUT_MS = 600_000;

const { url } = workerData as { readonly url: string };
const address = readPostgresUrl(url);
if (!address.ok) throw new Error('the database URL is not understood');
const client = new pg.Client({
  ...connectionConfig(address.value, { statementTimeoutMs: STATEMENT_TIMEOUT_MS, readOnly: true }),
  idle_in_transaction_session_timeout: 0,
});
client.on('error', () => undefined); // whoever waits for a query is told
await client.connect();

serveLane(begin, createTaskRunner(createLogSnapshot(client)));

/** Takes the snapshot of a name, or a new one; gives its name. */
async function begin(snapshot?: string): Promise<string> {
  await client.query('begin isolation level repeatable read read only');
  if (snapshot !== undefined) {
    await client.query(`set transaction snapshot ${client.escapeLiteral(snapshot)}`);
    return snapshot;
  }
  const { rows } = await client.query<{ readonly name: string }>(
    'select pg_export_snapshot() as name',
  );
  return rows[0]?.name ?? '';
}
