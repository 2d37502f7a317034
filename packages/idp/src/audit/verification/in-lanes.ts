/** Carries out tasks, so many at once, and gives what each came to as soon as it has. The first failure ends it. */
export async function* inLanes<T, R>(
  tasks: Iterable<T>,
  lanes: number,
  run: (task: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting = tasks[Symbol.iterator]();
  const running = new Map<number, Promise<readonly [number, R]>>();
  let started = 0;
  const start = (): boolean => {
    const next = waiting.next();
    if (next.done === true) return false;
    const key = (started += 1);
    running.set(
      key,
      run(next.value).then((result) => [key, result] as const),
    );
    return true;
  };
  try {
    while (running.size < lanes && start());
    while (running.size > 0) {
      const [key, result] = await Promise.race(running.values());
      running.delete(key);
      start();
      yield result;
    }
  } finally {
    // What is still under way when nobody waits for it any more may fail unheard.
    for (const task of running.values()) task.catch(() => undefined);
  }
}
