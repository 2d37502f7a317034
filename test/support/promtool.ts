import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';
import { run } from './processes.ts';
import type { Finished } from './processes.ts';

const installed = spawnSync('promtool', ['--version']).status === 0;

/** A test that asks promtool; where that is not installed, it says that it was skipped for it. */
export const testWithPromtool = installed
  ? test
  : (title: string, _promise: () => Promise<void>, _timeoutMs?: number): void => {
      test.skip(`${title} (skipped: promtool is not installed)`, () => undefined);
    };

/** Runs promtool, which comes with Prometheus. */
export const promtool = (args: readonly string[], input?: string): Promise<Finished> =>
  run('promtool', args, input === undefined ? {} : { input });
