/** A thread that looks at the log: one read-only connection, one snapshot, one task after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Task } from '../../audit/verification/tasks.ts';
import { createTaskRunner } from '../../audit/verification/tasks.ts';
import { connect } from './connection.ts';
import type { LaneAnswer } from './lane.ts';
import { createLogSnapshot } from './log-snapshot.ts';

const { path } = workerData as { readonly path: string };
const { bare } = await connect(path, 'read');
const run = createTaskRunner(createLogSnapshot(bare));

parentPort?.on('message', ({ task }: { readonly task: Task | 'begin' }) => {
  void carryOut(task).then((answer) => {
    parentPort?.postMessage(answer);
  });
});
parentPort?.postMessage({ result: 'ready' });

async function carryOut(task: Task | 'begin'): Promise<LaneAnswer> {
  try {
    return { result: task === 'begin' ? begin() : await run(task) };
  } catch (error) {
    // An error that crosses over from a thread leaves its code behind.
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    return { failure: { code, message: String(message) } };
  }
}

/** A read transaction takes its snapshot with its first read. */
function begin(): void {
  bare.exec('begin');
  bare.prepare('select count(*) from audit_chains').get();
}
