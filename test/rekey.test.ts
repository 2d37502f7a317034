import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestToken } from './support/oauth.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

let installation: TestServer;
const file = (name: string): string => join(installation.home, name);
const keyOf = (name = 'master.key'): string => readFileSync(file(name), 'utf8');
const rekey = (args: readonly string[] = [], env: Record<string, string | undefined> = {}) =>
  installation.idp(['rekey', ...args], { env });

/** Starts the server and gets a token with the secret that was made under the first master key. */
async function serves(env: Record<string, string> = {}): Promise<boolean> {
  const server = await startServer({ home: installation.home, env });
  try {
    return (await requestToken(server, adminCredentials(server.home))).status === 200;
  } finally {
    await server.stop();
  }
}

beforeAll(async () => {
  installation = await startServer();
  await installation.stop();
});
afterAll(() => installation.remove());

describe('ambit-idp rekey', () => {
  test('changes the master key, and every secret and signing key lives on', async () => {
    const before = keyOf();
    const done = await rekey();
    expect([done.code, done.stdout]).toEqual([0, '']);
    expect(keyOf()).not.toBe(before);
    expect(keyOf('master.key.old')).toBe(before);
    expect(done.stderr).not.toContain(keyOf().trim());
    expect(await serves()).toBe(true);
  });

  test('the old key opens nothing any more', async () => {
    const good = keyOf();
    writeFileSync(file('master.key'), keyOf('master.key.old'));
    const refused = await installation.idp(['serve']);
    writeFileSync(file('master.key'), good);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^ambit-idp: the database needs master key .*\n$/);
  });

  test('run again after a crash between sealing and swapping, it finishes', async () => {
    expect((await rekey()).code).toBe(0);
    renameSync(file('master.key'), file('master.key.new'));
    renameSync(file('master.key.old'), file('master.key'));
    const sealed = keyOf('master.key.new');
    expect((await rekey()).code).toBe(0);
    expect(keyOf()).toBe(sealed);
    expect(existsSync(file('master.key.new'))).toBe(false);
    expect(await serves()).toBe(true);
  });

  test("takes a new key from a file of the operator's", async () => {
    const path = file('own.key');
    writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    expect((await rekey(['--new-key-file', path])).code).toBe(0);
    expect(await serves({ AMBIT_MASTER_KEY_FILE: path })).toBe(true);
    expect((await rekey([], { AMBIT_MASTER_KEY_FILE: path })).code).toBe(0);
    expect(await serves({ AMBIT_MASTER_KEY_FILE: path })).toBe(true);
  });

  test('refuses a key file that others can read, and a wrong old key, changing nothing', async () => {
    const path = file('open.key');
    writeFileSync(path, Buffer.alloc(32, 8).toString('base64'), { mode: 0o644 });
    const exposed = await rekey(['--new-key-file', path], {
      AMBIT_MASTER_KEY_FILE: file('own.key'),
    });
    expect([exposed.code, exposed.stderr]).toEqual([
      1,
      expect.stringContaining('can be read by others'),
    ]);
    writeFileSync(file('third.key'), Buffer.alloc(32, 10).toString('base64'), { mode: 0o600 });
    const wrong = await rekey(['--new-key-file', file('third.key')], {
      AMBIT_MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
      AMBIT_MASTER_KEY_FILE: undefined,
    });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('needs master key')]);
    expect(await serves({ AMBIT_MASTER_KEY_FILE: file('own.key') })).toBe(true);
  });
});
