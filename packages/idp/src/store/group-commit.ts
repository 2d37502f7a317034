interface Write {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits small writes in groups: those that are asked for in one turn of the event loop share a transaction.
 *
 * Nobody is told before the group has committed, so what must be on record before it is on the wire is. A lone write
 * waits for nobody; on a busy server the pages that every record touches are written once a group instead of once a
 * record. A group that fails leaves nothing behind, and each of its writes is tried alone: what ails one refuses no
 * other.
 */
export function createGroupCommit(
  transact: (work: () => void) => Promise<void>,
): <T>(work: () => T) => Promise<T> {
  let waiting: Write[] = [];

  const commit = async (writes: readonly Write[]): Promise<void> => {
    try {
      await transact(() => {
        for (const { run } of writes) run();
      });
    } catch (error) {
      if (writes.length > 1) for (const write of writes) await commit([write]);
      else for (const { reject } of writes) reject(error);
      return;
    }
    for (const { resolve } of writes) resolve();
  };

  return <T>(work: () => T) =>
    new Promise<T>((resolve, reject) => {
      let result: T;
      if (waiting.length === 0) {
        setImmediate(() => {
          const group = waiting;
          waiting = [];
          void commit(group);
        });
      }
      waiting.push({
        run: () => (result = work()),
        resolve: () => {
          resolve(result);
        },
        reject,
      });
    });
}
