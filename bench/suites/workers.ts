import { startPostgres } from '../../test/support/postgres/start-postgres.ts';
import { always, formPost } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import type { Row } from '../measure.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { discover, onlyClient, TOKEN_MARK, tokenForm } from './token-requests.ts';
import { withServers } from './with-servers.ts';

const WORKERS = [1, 2] as const;
const STORES = ['SQLite', 'PostgreSQL'] as const;

type Workers = (typeof WORKERS)[number];
type Store = (typeof STORES)[number];

const rowName = (store: Store, workers: Workers): string =>
  `token on ${store}, ${String(workers)} ${workers === 1 ? 'process' : 'workers'}`;

/** The row in which each worker has as many connections as the one process has. */
const busyName = (store: Store): string => `${rowName(store, 2)}, twice the connections`;

/**
 * What a second worker costs: under the load of the one process, of which each then has half, and under twice that load.
 * Nothing is held to one core, and the load generator takes its share of those there are, so that the processor time of a
 * request counts and not how many there are in a second.
 */
export const measureWorkers: Suite = async (context) => {
  const postgres = await startPostgres({ fsync: 'on' });
  /** On PostgreSQL the servers share a database, as servers do. */
  const homeOf = (store: Store, workers: Workers) =>
    context.homes.of(
      store === 'SQLite'
        ? { ...plainPlan(100, 1), name: rowName(store, workers) }
        : { ...plainPlan(100, 1), name: store, databaseUrl: postgres.url },
    );
  try {
    return await withServers(
      context,
      async (start) => {
        const rows: Row[] = [];
        for (const store of STORES) {
          for (const workers of WORKERS) {
            const name = rowName(store, workers);
            const home = await homeOf(store, workers);
            const settings = { ...home.settings, AMBIT_WORKERS: String(workers) };
            const server = await start(ambit(name, home.directory, settings));
            const { token } = await discover(server);
            const next = always(formPost(token, onlyClient(home), tokenForm(home, 'ES256')));
            rows.push({ name, server, mark: TOKEN_MARK, next });
            if (workers === 2) {
              rows.push({ name: busyName(store), server, mark: TOKEN_MARK, next, times: 2 });
            }
          }
        }
        const measurement = await measure(rows, context.schedule);
        return {
          ...measurement,
          aims: STORES.flatMap((store) =>
            [rowName(store, 2), busyName(store)].map((two) => {
              const one = rowName(store, 1);
              return {
                aim: `${two} to ${one}: CPU per request`,
                figure: ratio(measurement.rows, 'cpuMicros', two, one),
                bound: { atMost: 1.1 },
              };
            }),
          ),
        };
      },
      context.cores?.all,
    );
  } finally {
    await postgres.remove();
  }
};
