import { globSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './server.ts';
import { until } from './until.ts';

/** The clock of another process, which can be set. */
export interface FakeClock {
  /** What the process must be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts the clock that many seconds before (or, negative, behind) this one; resolves once a server goes by it. */
  set(seconds: number, server: { readonly url: string }): Promise<void>;
  remove(): void;
}

/** How far a server's clock is from ours by its own answer, in seconds. */
export async function clockOffset({ url }: { readonly url: string }): Promise<number> {
  const { headers } = await fetch(`${url}/health/live`);
  return (Date.parse(headers.get('date') ?? '') - Date.now()) / 1000;
}

/** Makes a clock for other processes by libfaketime; in place of it, why that cannot be done here. */
export function createFakeClock(): FakeClock | string {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined) return 'libfaketime is not installed (package `faketime`)';
  const folder = temporaryFolder();
  const file = join(folder, 'offset');
  const write = (seconds: number): void => {
    writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
  };
  write(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    async set(seconds, server) {
      write(seconds);
      await until(async () => Math.abs((await clockOffset(server)) - seconds) < 5);
    },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}
