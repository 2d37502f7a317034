import { extname } from 'node:path';
import type { LogExaminer } from '../../audit/verification/examination.ts';
import { createLaneExaminer } from '../examine-in-lanes.ts';
import { startLane } from '../lane.ts';

/** The thread's own module, beside this one and in the form in which this one was loaded. */
const THREAD = new URL(`./examination-worker${extname(import.meta.url)}`, import.meta.url);

/** Makes the examiner of a database file; its threads take their snapshots while `whileNobodyWrites` holds all writers up. */
export const createLogExaminer = (
  path: string,
  whileNobodyWrites: <T>(work: () => Promise<T>) => Promise<T>,
): LogExaminer =>
  createLaneExaminer(
    () => startLane(THREAD, { path }),
    (lanes, work) =>
      whileNobodyWrites(async () => {
        await Promise.all(lanes.map((lane) => lane.do({ kind: 'begin' })));
        return work();
      }),
  );
