/** Lets one piece of work write at a time, in the order asked. */
export interface WriteLock {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Runs work that does not wait for anything; at once when nobody holds the lock. */
  runNow<T>(work: () => T): Promise<T>;
}

/** Makes a lock that nobody holds. */
export function createWriteLock(): WriteLock {
  let holders = 0;
  let tail: Promise<unknown> = Promise.resolve();
  const run = <T>(work: () => Promise<T>): Promise<T> => {
    holders += 1;
    const done = tail.then(work).finally(() => {
      holders -= 1;
    });
    tail = done.catch(() => undefined);
    return done;
  };
  return {
    run,
    async runNow(work) {
      return holders > 0 ? run(async () => work()) : work();
    },
  };
}
