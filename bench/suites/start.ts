import { percentile } from '../load/statistics.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import { startServer } from '../servers/server-process.ts';
import type { StartFigures, Suite } from '../suite.ts';

const COUNTS = [10, 100_000];
const MOST_MS = 1_000;

/** Starts the server again and again, with few clients and with many. */
export const measureStart: Suite = async ({ options, cores, homes }) => {
  const starts: StartFigures[] = [];
  for (const count of COUNTS) {
    const home = await homes.of(plainPlan(100, count));
    const startsMs: number[] = [];
    for (let round = 0; round < (options.short ? 3 : 11); round += 1) {
      const server = await startServer(ambit('Ambit', home.directory), cores?.server);
      startsMs.push(server.startMs);
      await server.stop();
    }
    starts.push({ name: `Ambit, ${String(count)} clients`, startsMs });
  }
  return {
    starts,
    aims: starts.map(({ name, startsMs }) => ({
      aim: `start: ${name}`,
      figure: percentile(startsMs, 50) / 1000,
      bound: { atMost: MOST_MS / 1000 },
      unit: 's',
    })),
  };
};
