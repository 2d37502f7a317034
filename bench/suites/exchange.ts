import { workAtLeast } from '../aims.ts';
import { always, inTurn } from '../load/requests.ts';
import { measure } from '../measure.ts';
import type { Row } from '../measure.ts';
import { CHAIN_DEPTH, exchangePlan, scopesAt } from '../seed/exchange-plan.ts';
import { createWorkloadIssuer, withWorkload } from '../seed/workloads.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { exchangeRequests } from './exchange-requests.ts';
import { TOKEN_MARK } from './token-requests.ts';
import { withServers } from './with-servers.ts';

/** Subject tokens that Ambit remembers from one exchange to the next, and more than it does. */
const FEW_TOKENS = 2_000;
const TOO_MANY_TOKENS = 25_000;

const CLIENT_CREDENTIALS = 'token ES256, client credentials';
const OF_WORKLOAD = 'exchange of a workload token';
const exchangeRow = (depth: number, tokens: number): string =>
  `exchange at depth ${String(depth)}, ${String(tokens)} subject tokens`;

/** How much of the work of client credentials each does at least. */
const AIMS = [
  { row: exchangeRow(1, FEW_TOKENS), atLeast: 0.5 },
  { row: exchangeRow(1, TOO_MANY_TOKENS), atLeast: 0.5 },
  { row: exchangeRow(CHAIN_DEPTH, FEW_TOKENS), atLeast: 0.4 },
  { row: exchangeRow(CHAIN_DEPTH, TOO_MANY_TOKENS), atLeast: 0.4 },
  { row: OF_WORKLOAD, atLeast: 0.4 },
];

/** Exchanges tokens of Ambit's and of an issuer outside, beside issuing them by client credentials. */
export const measureExchange: Suite = async (context) => {
  const issuer = await createWorkloadIssuer();
  const plan = withWorkload(exchangePlan(CHAIN_DEPTH), issuer, scopesAt(0));
  const home = await context.homes.of(plan);
  return withServers(context, async (start) => {
    const server = await start(ambit('Ambit', home.directory));
    const requests = await exchangeRequests(home, server);
    const row = (name: string, next: () => Buffer): Row => ({
      ...{ name, server, next },
      mark: TOKEN_MARK,
    });

    const rows = [row(CLIENT_CREDENTIALS, always(requests.clientCredentials))];
    for (const depth of [1, CHAIN_DEPTH]) {
      const exchanges = await requests.exchanges(depth, TOO_MANY_TOKENS);
      for (const count of [FEW_TOKENS, TOO_MANY_TOKENS]) {
        rows.push(row(exchangeRow(depth, count), inTurn(exchanges.slice(0, count))));
      }
    }
    const tokens = await Promise.all(Array.from({ length: FEW_TOKENS }, () => issuer.sign()));
    rows.push(row(OF_WORKLOAD, inTurn(tokens.map(requests.ofWorkload))));

    const measurement = await measure(rows, context.schedule);
    return {
      ...measurement,
      aims: AIMS.flatMap(({ row, atLeast }) =>
        workAtLeast(measurement.rows, row, CLIENT_CREDENTIALS, atLeast),
      ),
    };
  });
};
