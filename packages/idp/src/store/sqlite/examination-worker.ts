/** A thread that looks at the log: one read-only connection, one snapshot, one task after the other. */
import { workerData } from 'node:worker_threads';
import { createTaskRunner } from '../../audit/verification/tasks.ts';
import { serveLane } from '../lane-worker.ts';
import { connect } from './connection.ts';
import { createLogSnapshot } from './log-snapshot.ts';

const { path } = workerData as { readonly path: string };
const { bare } = await connect(path, 'read');

serveLane(begin, createTaskRunner(createLogSnapshot(bare)));

/** A read transaction takes its snapshot with its first read. */
function begin(): void {
  bare.exec('begin');
  bare.prepare('select count(*) from audit_chains').get();
}
