/** What every thread that looks at the log does with what it is told. */
import { parentPort } from 'node:worker_threads';
import type { RunTask, Task } from '../audit/verification/tasks.ts';
import type { Begin, LaneAnswer } from './lane.ts';

/** Says that the thread is ready, and from then on carries out what it is told. */
export function serveLane(begin: (snapshot?: string) => unknown, run: RunTask): void {
  const carryOut = async (task: Task | Begin): Promise<LaneAnswer> => {
    try {
      return { result: task.kind === 'begin' ? await begin(task.snapshot) : await run(task) };
    } catch (error) {
      // An error that crosses over from a thread leaves its code behind.
      const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
      return { failure: { code, message: String(message) } };
    }
  };
  parentPort?.on('message', ({ task }: { readonly task: Task | Begin }) => {
    void carryOut(task).then((answer) => {
      parentPort?.postMessage(answer);
    });
  });
  parentPort?.postMessage({ result: 'ready' });
}
