/** The thread that carries the write-ahead log over into the file, on a connection of its own that does nothing else. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Carried } from './carrier.ts';

const { path } = workerData as { readonly path: string };
const database = new Database(path, { fileMustExist: true, timeout: 0 });

parentPort?.on('message', (task: 'carry' | 'close') => {
  if (task === 'carry') {
    parentPort?.postMessage(carry());
    return;
  }
  database.close();
  parentPort?.close();
});

/** Waits for nobody and holds nobody up; what is wrong with the disk is for whoever writes to find out. */
function carry(): Carried {
  try {
    const [{ log }] = database.pragma('wal_checkpoint(passive)') as [{ readonly log: number }];
    return { pages: log };
  } catch {
    return { pages: 0 };
  }
}
