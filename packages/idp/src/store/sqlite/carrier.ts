import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread tells when it has carried over what it could. */
export interface Carried {
  /** How long the log is, what has been carried over included. */
  readonly pages: number;
}

/** Carries the write-ahead log over into the database file, so that whoever answers requests does not wait for the disk. */
export interface Carrier {
  /** Is told of what was committed, and begins when it is enough. */
  noteWrites(writes: number): void;
  /** Rests while somebody else sees to it. */
  rest(resting: boolean): void;
  /** Ends the thread, whose connection is then closed. */
  close(): Promise<void>;
}

/** After how many writes it goes to work; a request writes one or two, of a page or two each. */
const WRITES = 512;

/** From how many pages on the log is begun anew, for which all of it has to be carried over: 8 MiB. */
const PAGES_MOST = 2_048;

/** The thread's own module, beside this one and in the form in which this one was loaded. */
const THREAD = new URL(`./carrier-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Makes the carrier of a database, whose thread starts with the first work there is for it.
 *
 * The log is carried over while others write to it. It is written from its beginning again once nothing is left to carry,
 * which on a busy server never comes by itself: so once it is long, the rest, which is short then, is carried over
 * `whileNobodyWrites`; other processes may write all the same, and it is then tried again. Where the thread cannot work or cannot
 * keep up, the log grows until the writing connection carries it over.
 */
export function createCarrier(
  path: string,
  whileNobodyWrites: (work: () => Promise<unknown>) => Promise<unknown>,
  startThread = (): Worker => new Worker(THREAD, { workerData: { path } }),
): Carrier {
  let worker: Worker | undefined;
  let told: ((pages: number) => void) | undefined;
  let working: Promise<void> | undefined;
  let written = 0;
  let resting = false;

  const start = (): Worker => {
    const started = startThread();
    started.unref();
    started.on('message', ({ pages }: Carried) => told?.(pages));
    started.on('error', () => undefined); // what is wrong is for whoever writes to find out
    started.on('exit', () => {
      worker = undefined;
      told?.(0);
    });
    return started;
  };
  /** Gives how long the log is. */
  const carry = (): Promise<number> =>
    new Promise((resolve) => {
      told = resolve;
      worker ??= start();
      worker.postMessage('carry');
    });
  const work = async (): Promise<void> => {
    if ((await carry()) < PAGES_MOST) return;
    await carry();
    await whileNobodyWrites(carry);
  };

  return {
    noteWrites(writes) {
      written += writes;
      if (written < WRITES || working || resting) return;
      written = 0;
      working = work()
        .catch(() => undefined) // no thread is to be had
        .finally(() => {
          working = undefined;
        });
    },
    rest(now) {
      resting = now;
    },
    async close() {
      resting = true;
      await working;
      if (!worker) return;
      const ending = worker;
      const exit = new Promise((resolve) => ending.once('exit', resolve));
      ending.ref();
      ending.postMessage('close');
      await exit;
    },
  };
}
