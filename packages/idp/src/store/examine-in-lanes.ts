import { availableParallelism } from 'node:os';
import type { Examination, LogExaminer } from '../audit/verification/examination.ts';
import type { Task } from '../audit/verification/tasks.ts';
import type { Lane } from './lane.ts';
import { translateFault } from './unavailable.ts';

/** Two even on one core: a verification that nobody waits for is worth little. */
const LANES_LEAST = 2;
const LANES_MOST = 4;

/** Lets lanes take one snapshot, then runs work while nothing is changed; gives what that gives. */
export type TakeSnapshot = <T>(lanes: readonly Lane[], work: () => Promise<T>) => Promise<T>;

/**
 * Makes the examiner of a database. Each examination has threads of its own, whose connections all see the log at the same
 * moment.
 */
export const createLaneExaminer = (start: () => Lane, takeSnapshot: TakeSnapshot): LogExaminer => ({
  async open(meanwhile) {
    const count = Math.min(Math.max(availableParallelism(), LANES_LEAST), LANES_MOST);
    const lanes = Array.from({ length: count }, start);
    try {
      await Promise.all(lanes.map(({ ready }) => ready));
      const read = await takeSnapshot(lanes, meanwhile);
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
