import { formPost } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { discover, TOKEN_MARK, tokenForm } from './token-requests.ts';
import { withServers } from './with-servers.ts';

const COUNTS = [10, 1_000, 100_000];
const MILLION = 1_000_000;

/** However many there are, no more need to have come once: no server keeps more at hand. */
const WARMED_MOST = 100_000;

/** What a worker may take with a hundred thousand clients at hand. */
const MOST_BYTES = 200 * 1024 * 1024;

/** Issues tokens to clients drawn uniformly at random, the hardest traffic for a cache. */
export const measureClients: Suite = async (context) => {
  const counts = context.options.million ? [...COUNTS, MILLION] : COUNTS;
  return withServers(context, async (start) => {
    const rows = [];
    for (const count of counts) {
      const home = await context.homes.of(plainPlan(100, count));
      const server = await start(ambit(`Ambit, ${String(count)} clients`, home.directory));
      const { token } = await discover(server);
      const form = tokenForm(home, 'ES256');
      // Made one by one: a million of them would not fit.
      const next = (): Buffer => formPost(token, pick(home.clients), form);
      rows.push({
        name: rowOf(count),
        server,
        next,
        mark: TOKEN_MARK,
        variety: Math.min(count, WARMED_MOST),
      });
    }
    const measurement = await measure(rows, context.schedule);
    return {
      ...measurement,
      aims: [
        ...counts.slice(1).map((count) => ({
          aim: `CPU per token, ${String(count)} clients to ${String(counts[0])}`,
          figure: ratio(measurement.rows, 'cpuMicros', rowOf(count), rowOf(counts[0])),
          bound: { atMost: 1.3 },
        })),
        ...measurement.memory.map(({ server, underLoadBytes }) => ({
          aim: `memory: ${server}`,
          figure: underLoadBytes / 2 ** 20,
          bound: { atMost: MOST_BYTES / 2 ** 20 },
          unit: 'MiB' as const,
        })),
      ],
    };
  });
};

function pick<T>(list: readonly T[]): T {
  const picked = list[Math.floor(Math.random() * list.length)];
  if (picked === undefined) throw new Error('there is nobody to ask as');
  return picked;
}

const rowOf = (count = 0): string => `token ES256, ${String(count)} clients`;
