import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  decodeMasterKey,
  generateMasterKeyFile,
  isExposed,
  loadMasterKeyFile,
} from '../../src/vault/master-key.ts';
import { describeVaultProblem } from '../../src/vault/problem.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'master.key');
});
afterEach(() => folder.remove());

const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7));

describe('a master key', () => {
  test.each(['base64', 'base64url'] as const)(
    'is read from %s, a newline behind it',
    (encoding) => {
      expect(decodeMasterKey(`${key.toString(encoding)}\n`)).toEqual({ ok: true, value: key });
    },
  );

  test.each([
    '',
    'x',
    key.toString('hex'),
    key.subarray(1).toString('base64'),
    `${key.toString('base64')}AAAA`,
  ])('`%s` is refused, and not repeated', (text) => {
    expect(decodeMasterKey(text)).toEqual({ ok: false, error: { code: 'master_key.malformed' } });
  });

  test('a new file is for its owner alone and loads again', () => {
    const made = generateMasterKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(made.ok && made.value).toHaveLength(32);
    expect(loadMasterKeyFile(path)).toEqual(made);
  });

  test('a file that exists is never overwritten', () => {
    writeFileSync(path, 'precious', { mode: 0o600 });
    expect(generateMasterKeyFile(path)).toEqual({
      ok: false,
      error: { code: 'master_key.exists', path },
    });
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('a file of root may be read by the group of a server that is not root, and by nobody else', () => {
    const [root, server] = [0, 10_001];
    const exposed = (mode: number, uid: number, self: number) => isExposed({ mode, uid }, self);
    expect([0o400, 0o440, 0o640].filter((mode) => exposed(mode, root, server))).toEqual([]);
    for (const mode of [0o444, 0o460, 0o450, 0o441]) expect(exposed(mode, root, server)).toBe(true);
    expect(exposed(0o440, server, server)).toBe(true);
    expect(exposed(0o440, root, root)).toBe(true);
    expect(exposed(0o440, 1_000, server)).toBe(true);
  });

  test.each([0o640, 0o604, 0o620, 0o666])('a file of mode %o is refused', (mode) => {
    generateMasterKeyFile(path);
    chmodSync(path, mode);
    expect(loadMasterKeyFile(path)).toEqual({
      ok: false,
      error: { code: 'master_key.exposed', path, mode: mode.toString(8) },
    });
  });

  test('what cannot be read or written is told, not thrown', () => {
    expect(loadMasterKeyFile(path)).toEqual({
      ok: false,
      error: { code: 'master_key.missing', path },
    });
    chmodSync(folder.path, 0o700);
    expect(loadMasterKeyFile(folder.path)).toMatchObject({
      error: { code: 'master_key.unreadable', reason: 'EISDIR' },
    });
    const nowhere = join(folder.path, 'nowhere', 'master.key');
    expect(generateMasterKeyFile(nowhere)).toMatchObject({
      error: { code: 'master_key.unwritable', reason: 'ENOENT' },
    });
    expect(existsSync(nowhere)).toBe(false);
    writeFileSync(path, 'too short', { mode: 0o600 });
    expect(loadMasterKeyFile(path)).toEqual({
      ok: false,
      error: { code: 'master_key.malformed', path },
    });
  });

  test('a lost key is told with the way out', () => {
    const { message, hint } = describeVaultProblem({
      code: 'vault.key_lost',
      masterKeyId: '0a1b2c3d',
    });
    expect(message).toBe('the database needs master key 0a1b2c3d, and there is none');
    expect(hint).toContain('restore the key file or set AMBIT_MASTER_KEY');
    expect(hint).toContain('another AMBIT_HOME');
  });
});
