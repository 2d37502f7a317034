import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 5;

/** Less than the time of a test, which has then some left to take down what it has put up. */
const PATIENCE_MS = 50_000;

/** Resolves as soon as a condition holds, and rejects where it did not come to that. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${String(condition)}`);
    await setTimeout(PAUSE_MS);
  }
}
