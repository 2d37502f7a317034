import { extname } from 'node:path';
import type { LogExaminer } from '../../audit/verification/examination.ts';
import { createLaneExaminer } from '../examine-in-lanes.ts';
import { startLane } from '../lane.ts';

/** The thread's own module, beside this one and in the form in which this one was loaded. */
const THREAD = new URL(`./examination-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Makes the examiner of a database; the snapshot that its first thread takes is the one of all. Records may be written
 * meanwhile, and are then no part of it; keys and checkpoints are not, since `whileNobodyChanges` holds changes up.
 */
export const createLogExaminer = (
  url: string,
  whileNobodyChanges: <T>(work: () => Promise<T>) => Promise<T>,
): LogExaminer =>
  createLaneExaminer(
    () => startLane(THREAD, { url }),
    ([first, ...others], work) =>
      whileNobodyChanges(async () => {
        const snapshot = String(await first?.do({ kind: 'begin' }));
        await Promise.all(others.map((lane) => lane.do({ kind: 'begin', snapshot })));
        return work();
      }),
  );
