import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 5;

/** Resolves as soon as a condition holds; the time limit of the test ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(PAUSE_MS);
}
