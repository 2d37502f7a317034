import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/** A test that asks a tool of somebody else; where that is not installed, it says that it was skipped for it. */
export function testWith(
  tool: string,
  title: string,
  promise: () => Promise<void>,
  timeoutMs?: number,
): void {
  const installed = spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
  if (installed) test(title, promise, timeoutMs);
  else test.skip(`${title} (skipped: ${tool} is not installed)`, () => undefined);
}
