import { Worker } from 'node:worker_threads';
import type { Task } from '../audit/verification/tasks.ts';

/** What a thread answers: at its start once it is ready, then once for each task. */
export type LaneAnswer =
  | { readonly result: unknown }
  | { readonly failure: { readonly code: unknown; readonly message: string } };

/** Tells a thread to take its snapshot: the one of a name, where another thread has given it one. */
export interface Begin {
  readonly kind: 'begin';
  readonly snapshot?: string;
}

/** A thread that carries out one task at a time. */
export interface Lane {
  /** Resolves when it has opened the database. */
  readonly ready: Promise<unknown>;
  /** Takes the snapshot, or carries out a task on it. */
  do(task: Task | Begin): Promise<unknown>;
  /** Ends it once it was ready, or could not be; a task under way is given up. */
  stop(): Promise<void>;
}

/** Starts a thread: its module, and what it is to look at. */
export function startLane(thread: URL, workerData: object): Lane {
  const worker = new Worker(thread, { workerData });
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
  const ready = waiting.promise;
  return {
    ready,
    do(task) {
      waiting = Promise.withResolvers();
      worker.postMessage({ task });
      return waiting.promise;
    },
    async stop() {
      // A thread that is ended while it loads the library of the database takes the whole process with it.
      await ready.catch(() => undefined);
      await worker.terminate();
    },
  };
}
