import { startPostgres } from '../../test/support/postgres/start-postgres.ts';
import { workAtLeast } from '../aims.ts';
import { always, formPost, inTurn } from '../load/requests.ts';
import { measure } from '../measure.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit, stock } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { collectTokens } from './collect-tokens.ts';
import {
  ACTIVE_MARK,
  discover,
  onlyClient,
  rsaBitsOf,
  TOKEN_MARK,
  tokenForm,
} from './token-requests.ts';
import { withServers } from './with-servers.ts';

/** As many as Ambit remembers from one introspection to the next. */
const TOKENS = 2_000;

const TOKEN = 'token, Ambit on PostgreSQL';
const INTROSPECTION = 'introspection of a token seen before, Ambit on PostgreSQL';
const STOCK = 'token, stock oidc-provider';

/** One server on PostgreSQL, which runs beside the load generator; every group of records is on its disk. */
export const measurePostgres: Suite = async (context) => {
  const postgres = await startPostgres({ fsync: 'on' });
  try {
    return await withServers(context, async (start) => {
      const plan = { ...plainPlan(100, 1), name: 'postgres', databaseUrl: postgres.url };
      const home = await context.homes.of(plan);
      const client = onlyClient(home);
      const form = tokenForm(home, 'ES256');
      const ours = await start(ambit('Ambit on PostgreSQL', home.directory, home.settings));
      const endpoints = await discover(ours);
      const request = formPost(endpoints.token, client, form);
      const tokens = await collectTokens(ours.port, request, TOKENS);
      const introspections = tokens.map((token) =>
        formPost(endpoints.introspection, home.resourceServer, { token }),
      );
      const theirs = await start(stock('stock', home.catalog, client, await rsaBitsOf(endpoints)));
      const theirRequest = formPost((await discover(theirs)).token, client, form);
      const measurement = await measure(
        [
          { name: TOKEN, server: ours, mark: TOKEN_MARK, next: always(request) },
          { name: INTROSPECTION, server: ours, mark: ACTIVE_MARK, next: inTurn(introspections) },
          { name: STOCK, server: theirs, mark: TOKEN_MARK, next: always(theirRequest) },
        ],
        context.schedule,
      );
      return {
        ...measurement,
        aims: [
          ...workAtLeast(measurement.rows, TOKEN, STOCK, 1),
          ...workAtLeast(measurement.rows, INTROSPECTION, STOCK, 1),
        ],
      };
    });
  } finally {
    await postgres.remove();
  }
};
