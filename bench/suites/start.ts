import { percentile } from '../load/statistics.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit } from '../servers/commands.ts';
import { startServer } from '../servers/server-process.ts';
import type { Suite, TimeFigures } from '../suite.ts';

const COUNTS = [10, 100_000];
const MOST_MS = 1_000;

/** Starts the server again and again, with few clients and with many. */
export const measureStart: Suite = async ({ options, cores, homes }) => {
  const times: TimeFigures[] = [];
  for (const count of COUNTS) {
    const home = await homes.of(plainPlan(100, count));
    const timesMs: number[] = [];
    for (let round = 0; round < (options.short ? 3 : 11); round += 1) {
      const server = await startServer(ambit('Ambit', home.directory), cores?.server);
      timesMs.push(server.startMs);
      await server.stop();
    }
    times.push({ name: `start: Ambit, ${String(count)} clients`, timesMs });
  }
  return {
    times,
    aims: times.map(({ name, timesMs }) => ({
      aim: name,
      figure: percentile(timesMs, 50) / 1000,
      bound: { atMost: MOST_MS / 1000 },
      unit: 's',
    })),
  };
};
