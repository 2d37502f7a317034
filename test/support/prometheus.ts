import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from './server.ts';
import { until } from './until.ts';

/** A Prometheus of its own. */
export interface Prometheus {
  /** What its HTTP API says: `/api/v1/rules`. */
  ask<T>(path: string, parameters?: Readonly<Record<string, string>>): Promise<T>;
  remove(): Promise<void>;
}

/** A port that was free a moment ago; Prometheus does not tell which one it has taken. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** Starts Prometheus with a configuration, and waits until it is ready. */
export async function startPrometheus(config: object): Promise<Prometheus> {
  const folder = temporaryFolder();
  const port = await freePort();
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const url = `http://127.0.0.1:${String(port)}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      resolve();
    });
  });
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await Promise.race([
    until(isReady),
    ended.then(() => {
      throw new Error(`prometheus has ended:\n${stderr}`);
    }),
  ]);
  return {
    async ask<T>(path: string, parameters: Readonly<Record<string, string>> = {}) {
      const response = await fetch(`${url}${path}?${new URLSearchParams(parameters).toString()}`);
      const { status, data, error } = (await response.json()) as {
        status: string;
        data: T;
        error?: string;
      };
      if (status !== 'success') throw new Error(`${path}: ${error ?? status}`);
      return data;
    },
    async remove() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
