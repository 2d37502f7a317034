/** A thread that looks at the log: one read-only connection, one snapshot, one task after the other. */
import { workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { createTaskRunner } from '../../audit/verification/tasks.ts';
import { serveLane } from '../lane-worker.ts';
import { createLogSnapshot } from './log-snapshot.ts';

const { path } = workerData as { readonly path: string };
// Bare, since loading knex as well takes most of the time that a thread needs to begin.
const database = new Database(path, { readonly: true, fileMustExist: true });

serveLane(begin, createTaskRunner(createLogSnapshot(database)));

/** A read transaction takes its snapshot with its first read. */
function begin(): void {
  database.exec('begin');
  database.prepare('select count(*) from audit_chains').get();
}
