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
 * record. A write that throws is refused alone, and the others are committed without it; when the transaction itself
 * cannot begin or commit, all of them are refused and nothing is left behind. `committed` is told of each group that is
 * on the disk: how many writes it held, and when it began by `performance.now()`.
 */
export function createGroupCommit(
  transact: (work: () => void) => Promise<void>,
  committed: (writes: number, startedAt: number) => void = () => undefined,
): <T>(work: () => T) => Promise<T> {
  let waiting: Write[] = [];

  const commit = async (writes: readonly Write[]): Promise<void> => {
    const at: { write?: Write | undefined } = {};
    const startedAt = performance.now();
    try {
      await transact(() => {
        for (const write of writes) {
          at.write = write;
          write.run();
        }
        at.write = undefined;
      });
    } catch (error) {
      const { write: culprit } = at;
      for (const { reject } of culprit ? [culprit] : writes) reject(error);
      if (culprit) await commit(writes.filter((write) => write !== culprit));
      return;
    }
    committed(writes.length, startedAt);
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
