import { atRandom, formPost } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import { scopeNames } from '../seed/bench-catalog.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { discover, onlyClient, TOKEN_MARK, tokenForm } from './token-requests.ts';
import { withServers } from './with-servers.ts';

const SIZES = [30, 1_000, 10_000];

/** Issues tokens under catalogs of growing size, to a client that is entitled to every scope and asks for any two. */
export const measureScopes: Suite = async (context) => {
  return withServers(context, async (start) => {
    const rows = [];
    for (const size of SIZES) {
      const home = await context.homes.of(plainPlan(size, 1));
      const server = await start(ambit(`Ambit, ${String(size)} scopes`, home.directory));
      const { token } = await discover(server);
      const requests = scopeNames(home.catalog, 'ES256')
        .slice(1)
        .map((_, first) => formPost(token, onlyClient(home), tokenForm(home, 'ES256', first)));
      rows.push({ name: rowOf(size), server, next: atRandom(requests), mark: TOKEN_MARK });
    }
    const measurement = await measure(rows, context.schedule);
    return {
      ...measurement,
      aims: SIZES.slice(1).map((size) => ({
        aim: `CPU per token, ${String(size)} scopes to ${String(SIZES[0])}`,
        figure: ratio(measurement.rows, 'cpuMicros', rowOf(size), rowOf(SIZES[0])),
        bound: { atMost: 1.1 },
      })),
    };
  });
};

const rowOf = (size = 0): string => `token ES256, ${String(size)} scopes`;
