import { availableParallelism } from 'node:os';
import type { Examination, LogExaminer } from '../../audit/verification/examination.ts';
import type { Task } from '../../audit/verification/tasks.ts';
import { translateFault } from '../unavailable.ts';
import { startLane } from './lane.ts';
import type { Lane } from './lane.ts';

/** Two even on one core: a verification that nobody waits for is worth little. */
const LANES_LEAST = 2;
const LANES_MOST = 4;

/**
 * Makes the examiner of a database file. Each examination has threads of its own, whose connections take their snapshots
 * while `whileNobodyWrites` holds all writers up, so that all of them see the log at the same moment.
 */
export const createLogExaminer = (
  path: string,
  whileNobodyWrites: <T>(work: () => Promise<T>) => Promise<T>,
): LogExaminer => ({
  async open(meanwhile) {
    const count = Math.min(Math.max(availableParallelism(), LANES_LEAST), LANES_MOST);
    const lanes = Array.from({ length: count }, () => startLane(path));
    try {
      await Promise.all(lanes.map(({ ready }) => ready));
      const read = await whileNobodyWrites(async () => {
        await Promise.all(lanes.map((lane) => lane.do('begin')));
        return meanwhile();
      });
      return { examination: examineIn(lanes), read };
    } catch (error) {
      await stopAll(lanes);
      throw translateFault(error);
    }
  },
});

function examineIn(lanes: readonly Lane[]): Examination {
  const free = [...lanes];
  return {
    lanes: lanes.length,
    close: () => stopAll(lanes),
    async run(task) {
      const lane = free.pop();
      if (lane === undefined) throw new Error('more tasks at once than there are lanes');
      try {
        return (await lane.do(task as Task)) as never;
      } catch (error) {
        throw translateFault(error);
      } finally {
        free.push(lane);
      }
    },
  };
}

async function stopAll(lanes: readonly Lane[]): Promise<void> {
  await Promise.all(lanes.map((lane) => lane.stop()));
}
