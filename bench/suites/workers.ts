import { always, formPost } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import type { Row } from '../measure.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { discover, onlyClient, TOKEN_MARK, tokenForm } from './token-requests.ts';
import { withServers } from './with-servers.ts';

const WORKERS = [1, 2] as const;
const rowName = (workers: (typeof WORKERS)[number]): string =>
  `token, ${String(workers)} ${workers === 1 ? 'process' : 'workers'}`;

/**
 * What a second worker costs. Nothing is held to one core, and the load generator takes its share of those there are, so that
 * the processor time of a request counts and not how many there are in a second.
 */
export const measureWorkers: Suite = async (context) =>
  withServers(
    context,
    async (start) => {
      const rows: Row[] = [];
      for (const workers of WORKERS) {
        const home = await context.homes.of({ ...plainPlan(100, 1), name: rowName(workers) });
        const settings = { AMBIT_WORKERS: String(workers) };
        const server = await start(ambit(rowName(workers), home.directory, settings));
        const { token } = await discover(server);
        const request = formPost(token, onlyClient(home), tokenForm(home, 'ES256'));
        rows.push({ name: rowName(workers), server, mark: TOKEN_MARK, next: always(request) });
      }
      const measurement = await measure(rows, context.schedule);
      return {
        ...measurement,
        aims: [
          {
            aim: `${rowName(2)} to ${rowName(1)}: CPU per request`,
            figure: ratio(measurement.rows, 'cpuMicros', rowName(2), rowName(1)),
            bound: { atMost: 1.1 },
          },
        ],
      };
    },
    context.cores?.all,
  );
