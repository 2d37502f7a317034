import { describe, expect, test } from '@jest/globals';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';

/** What `ambit whoami` says on stderr where nobody answers at a URL. */
async function saidAt(url: string): Promise<string> {
  let stderr = '';
  const io: Io = {
    stdout: () => undefined,
    drained: () => Promise.resolve(),
    stderr: (text) => (stderr += text),
    stdin: () => Promise.resolve(''),
    ask: () => Promise.resolve(''),
    isTerminal: { stdin: false, stdout: false, stderr: false },
    env: { AMBIT_URL: url, AMBIT_CLIENT_ID: 'ops', AMBIT_CLIENT_SECRET: 'ops-secret' },
    home: '/nowhere',
    fetch: () => Promise.reject(new TypeError('nobody is there')),
    now: () => 0,
    onStop: () => new AbortController().signal,
    wait: () => Promise.resolve(),
    readFile: () => Promise.reject(new Error('there are no files')),
    writeFile: () => Promise.resolve(),
    fileMode: () => Promise.resolve(undefined),
  };
  expect(await run(['whoami'], io)).toBe(6);
  return stderr;
}

describe('a secret that would cross the network unencrypted', () => {
  test.each(['http://id.example', 'http://10.0.0.7:3000', 'http://127.0.0.1.evil.example'])(
    'is warned of at %s',
    async (url) => {
      expect(await saidAt(url)).toMatch(/^ambit: warning: .* is plain http/);
    },
  );

  test.each([
    'http://localhost:3000',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://id.example',
  ])('is not at %s', async (url) => {
    expect(await saidAt(url)).not.toContain('warning');
  });
});
