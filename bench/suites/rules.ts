import { inTurn } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import { exchangePlan } from '../seed/exchange-plan.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { exchangeRequests } from './exchange-requests.ts';
import { TOKEN_MARK } from './token-requests.ts';
import { withServers } from './with-servers.ts';

const COUNTS = [10, 1_000, 10_000];
const SUBJECT_TOKENS = 2_000;

/** Exchanges tokens under catalogs with more and more delegation rules, half of them about the client that acts. */
export const measureRules: Suite = async (context) => {
  return withServers(context, async (start) => {
    const rows = [];
    for (const count of COUNTS) {
      const home = await context.homes.of(exchangePlan(count));
      const server = await start(ambit(`Ambit, ${String(count)} rules`, home.directory));
      const requests = await exchangeRequests(home, server);
      const next = inTurn(await requests.exchanges(1, SUBJECT_TOKENS));
      rows.push({ name: rowOf(count), server, next, mark: TOKEN_MARK });
    }
    const measurement = await measure(rows, context.schedule);
    return {
      ...measurement,
      aims: COUNTS.slice(1).map((count) => ({
        aim: `CPU per token, ${String(count)} rules to ${String(COUNTS[0])}`,
        figure: ratio(measurement.rows, 'cpuMicros', rowOf(count), rowOf(COUNTS[0])),
        bound: { atMost: 1.1 },
      })),
    };
  });
};

const rowOf = (count = 0): string => `exchange at depth 1, ${String(count)} rules`;
