import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Task } from '../../audit/verification/tasks.ts';

/** What a thread answers: at its start once it is ready, then once for each task. */
export type LaneAnswer =
  | { readonly result: unknown }
  | { readonly failure: { readonly code: unknown; readonly message: string } };

/** A thread that carries out one task at a time. */
export interface Lane {
  /** Resolves when it has opened the database. */
  readonly ready: Promise<unknown>;
  /** Takes the snapshot, or carries out a task on it. */
  do(task: Task | 'begin'): Promise<unknown>;
  /** Ends it; a task under way is given up. */
  stop(): Promise<void>;
}

/** The thread's own module, beside this one and in the form in which this one was loaded. */
const THREAD = new URL(`./examination-worker${extname(import.meta.url)}`, import.meta.url);

/** Starts a thread on a database file. */
export function startLane(path: string): Lane {
  const worker = new Worker(THREAD, { workerData: { path } });
  let waiting = Promise.withResolvers<unknown>();
  worker.on('message', (answer: LaneAnswer) => {
    if ('result' in answer) {
      waiting.resolve(answer.result);
      return;
    }
    const { code, message } = answer.failure;
    waiting.reject(Object.assign(new Error(message), { code }));
  });
  const fail = (error: Error): void => {
    waiting.reject(error);
    waiting.promise.catch(() => undefined); // it may end while nobody waits
  };
  worker.on('error', fail);
  worker.on('exit', () => {
    fail(new Error('a thread that looks at the log has ended'));
  });
  return {
    ready: waiting.promise,
    do(task) {
      waiting = Promise.withResolvers();
      worker.postMessage({ task });
      return waiting.promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
