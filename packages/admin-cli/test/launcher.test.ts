import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problem, startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import type { StubIssuer } from '../../sdk/test/stub-issuer.ts';
import { WORLD } from './world.ts';

const AMBIT = fileURLToPath(new URL('../bin/ambit', import.meta.url));
let issuer: StubIssuer;
let home: string;

beforeAll(async () => {
  const { issuer: _claimed, ...world } = WORLD;
  issuer = await startStubIssuer({
    ...world,
    routes: { ...world.routes, 'GET /keys': problem(500, 'server.error', 'something went wrong') },
  });
  home = await mkdtemp(join(tmpdir(), 'ambit-cli-'));
  const credentials = { url: issuer.url, client_id: 'ops', client_secret: 'ops-secret' };
  await writeFile(join(home, 'admin.json'), JSON.stringify(credentials), { mode: 0o600 });
});

afterAll(async () => {
  await issuer.stop();
  await rm(home, { recursive: true });
});

/** Runs the built `ambit` as a process of its own; `onOutput` is called at the first word on stdout. */
async function launch(
  words: readonly string[],
  onOutput?: (kill: (signal: 'SIGTERM' | 'SIGINT') => void) => void,
) {
  const child = spawn(AMBIT, words, { env: { PATH: process.env['PATH'], AMBIT_HOME: home } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    if (stdout === '') onOutput?.((signal) => child.kill(signal));
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  child.stdin.end('aaa.bbb.ccc\n');
  const exit = await new Promise((resolve) => child.on('close', resolve));
  return { stdout, stderr, exit };
}

describe('the ambit binary', () => {
  test('finds its credentials and reads a token from stdin', async () => {
    const { stdout, exit } = await launch(['token', 'introspect', '-', '--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ active: true, sub: 'deploy-bot' });
    expect(exit).toBe(0);
  });

  test('tells a failure by its exit code, without a stack trace', async () => {
    const { stdout, stderr, exit } = await launch(['key', 'list']);
    expect({ stdout, exit }).toEqual({ stdout: '', exit: 1 });
    expect(stderr).toBe(
      "ambit: something went wrong\nhint: the server's log says why, under request r-1\n",
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`audit tail ends cleanly by ${signal}`, async () => {
      const { stdout, stderr, exit } = await launch(['audit', 'tail'], (kill) => {
        kill(signal);
      });
      expect(stdout).toContain('client.created');
      expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
    });
  }
});
