import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { AMBIT_IDP, run } from './support/processes.ts';
import type { Finished } from './support/processes.ts';
import { temporaryFolder } from './support/server.ts';

let root: string;
/** An installation that was laid out and has stopped. */
let laidOut: string;
let home: string;
let count = 0;

type Env = Readonly<Record<string, string>>;

const idp = (words: readonly string[], env: Env = {}): Promise<Finished> =>
  run(AMBIT_IDP, words, { env: { AMBIT_HOME: home, AMBIT_LISTEN: '127.0.0.1:0', ...env } });

/** Every file below a folder with a digest of its bytes. */
const bytesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );

/** Expects one clear line that says what is wrong and how to mend it, exit 1, and nothing on stdout. */
function expectRefused(finished: Finished, ...said: readonly RegExp[]): void {
  expect(finished.stderr).toMatch(/^ambit-idp: [^\n]+\n$/);
  for (const words of said) expect(finished.stderr).toMatch(words);
  expect(finished.stdout).toBe('');
  expect(finished.code).toBe(1);
}

beforeAll(async () => {
  root = temporaryFolder();
  laidOut = join(root, 'laid-out');
  const done = await run(AMBIT_IDP, ['bootstrap'], { env: { AMBIT_HOME: laidOut } });
  if (done.code !== 0) throw new Error(done.stderr);
});
beforeEach(() => {
  count += 1;
  home = join(root, `home-${count}`);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Puts a copy of the installation where this test starts. */
function settle(): void {
  cpSync(laidOut, home, { recursive: true });
}

describe('a start that cannot be', () => {
  test('a port in use is told, and nothing is laid out', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    expectRefused(await idp(['serve'], { AMBIT_LISTEN: listen }), /in use/, /`AMBIT_LISTEN`/);
    expectRefused(
      await idp(['serve'], { AMBIT_MANAGEMENT_LISTEN: listen }),
      /in use/,
      /`AMBIT_MANAGEMENT_LISTEN`/,
    );
    expect(existsSync(home)).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  test('an address that is not of this machine is told', async () => {
    const env = {
      AMBIT_LISTEN: '192.0.2.1:0',
      AMBIT_ALLOW_HTTP: '1',
      AMBIT_ISSUER: 'http://x.test',
    };
    expectRefused(await idp(['serve'], env), /192\.0\.2\.1:0 cannot be listened on/);
  });

  test('a home below a regular file, and one that takes no folder, are told', async () => {
    writeFileSync(home, 'a file');
    expectRefused(
      await idp(['serve'], { AMBIT_HOME: join(home, 'below') }),
      /cannot be made \(ENOTDIR\)/,
      /`AMBIT_HOME`/,
    );
    expectRefused(await idp(['serve'], { AMBIT_HOME: home }), /cannot be made \(EEXIST\)/);
    expectRefused(await idp(['serve'], { AMBIT_HOME: '/proc/ambit/home' }), /cannot be made/);
    expect(readFileSync(home, 'utf8')).toBe('a file');
  });

  test.each([
    [{ AMBIT_LISTEN: 'three thousand' }, /AMBIT_LISTEN: `three thousand` is not an address/],
    [{ AMBIT_ISSUER: 'http://id.example.com' }, /AMBIT_ISSUER: .*plain http/],
    [{ AMBIT_DATABASE_URL: 'mongodb://me:hush@db/ambit' }, /AMBIT_DATABASE_URL: `mongodb:`/],
    [{ AMBIT_MASTER_KEY: 'too short' }, /master key.*32 bytes/],
    [{ AMBIT_MASTER_KEY_FILE: '/nowhere/master.key' }, /`\/nowhere\/master\.key`/],
    [{ AMBIT_TLS_CERT_FILE: '/nowhere/cert.pem' }, /AMBIT_TLS_KEY_FILE: .*go together/],
  ])('a bad variable is told by its name: %j', async (env, said) => {
    const refused = await idp(['serve'], env);
    expectRefused(refused, said);
    expect(refused.stderr).not.toContain('hush');
    expect(existsSync(home)).toBe(false);
  });

  test('all bad variables are told at once, and an unknown one is warned of with the nearest name', async () => {
    const env = { AMBIT_LISTN: '127.0.0.1:1', AMBIT_LISTEN: 'nonsense', AMBIT_LOG_LEVEL: 'loud' };
    const { stderr, code } = await idp(['serve'], env);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'ambit-idp: warning: `AMBIT_LISTN` is not a setting; did you mean `AMBIT_LISTEN`?',
      expect.stringContaining('AMBIT_LISTEN: `nonsense`'),
      expect.stringContaining('AMBIT_LOG_LEVEL: `loud`'),
    ]);
  });

  test('a master key on the command line is warned of, and not repeated', async () => {
    const key = 'A'.repeat(42) + '=';
    const { stderr } = await idp(['serve', '--master-key', key]);
    expect(stderr).toMatch(
      /^ambit-idp: warning: every user of this machine can read `--master-key`/,
    );
    expect(stderr).not.toContain(key);
  });

  test('plain http on a public address is refused with the ways out', async () => {
    const env = { AMBIT_LISTEN: '0.0.0.0:0', AMBIT_ISSUER: 'https://id.example.com' };
    expectRefused(await idp(['serve'], env), /in the clear/, /TLS_CERT_FILE.*AMBIT_ALLOW_HTTP=1/);
    expect(existsSync(home)).toBe(false);
  });

  test('TLS files that are missing, no PEM or open to everybody are told by their variable', async () => {
    const noise = join(root, `noise-${count}.pem`);
    writeFileSync(noise, 'no certificate', { mode: 0o600 });
    const missing = { AMBIT_TLS_CERT_FILE: '/nowhere/cert.pem', AMBIT_TLS_KEY_FILE: noise };
    expectRefused(await idp(['serve'], missing), /AMBIT_TLS_CERT_FILE: .*cert\.pem.*ENOENT/);
    const bad = { AMBIT_TLS_CERT_FILE: noise, AMBIT_TLS_KEY_FILE: noise };
    expectRefused(await idp(['serve'], bad), /not usable/, /AMBIT_TLS_CERT_FILE/);
    chmodSync(noise, 0o604);
    expectRefused(await idp(['serve'], bad), /AMBIT_TLS_KEY_FILE: .*can be read by/, /chmod/);
    expect(existsSync(home)).toBe(false);
  });

  test('authorities of federated issuers that are missing or no PEM are told by their variable', async () => {
    const noise = join(root, `noise-${count}.pem`);
    writeFileSync(noise, 'no certificate');
    const missing = { AMBIT_FEDERATION_CA_FILE: '/nowhere/ca.pem' };
    expectRefused(await idp(['serve'], missing), /AMBIT_FEDERATION_CA_FILE: .*ca\.pem.*ENOENT/);
    const bad = { AMBIT_FEDERATION_CA_FILE: noise };
    expectRefused(await idp(['serve'], bad), /AMBIT_FEDERATION_CA_FILE: .*holds no certificate/);
    expect(existsSync(home)).toBe(false);
  });

  test('an unknown flag or command is told with the nearest one', async () => {
    const flag = await idp(['serve', '--listn', '1']);
    expect(flag.stderr).toContain('Did you mean --listen?');
    const command = await idp(['sevre']);
    expect(command.stderr).toContain('Did you mean serve?');
    const output = await idp(['bootstrap', '--output', 'xml']);
    expect(output.stderr).toContain("'xml' is invalid");
    expect([flag.code, command.code, output.code]).toEqual([1, 1, 1]);
    expect(existsSync(home)).toBe(false);
  });
});

describe('a master key that is not the one', () => {
  beforeEach(settle);
  const refuse = async (env: Env, ...said: readonly RegExp[]): Promise<void> => {
    const before = bytesOf(home);
    for (const command of ['serve', 'bootstrap']) expectRefused(await idp([command], env), ...said);
    expect(bytesOf(home)).toEqual(before);
  };

  test('a lost one stops the start with the way out and destroys nothing', async () => {
    const key = join(home, 'master.key');
    const bytes = readFileSync(key);
    rmSync(key);
    await refuse({}, /there is none/, /restore the key file or set AMBIT_MASTER_KEY/);

    writeFileSync(key, bytes, { mode: 0o600 });
    expect(await idp(['bootstrap'])).toMatchObject({ code: 0 });
  });

  test('a wrong one is told apart from the right one', async () => {
    const wrong = Buffer.alloc(32, 7).toString('base64');
    await refuse({ AMBIT_MASTER_KEY: wrong }, /needs master key \w+, and the given one is \w+/);
    writeFileSync(join(home, 'master.key'), 'no key at all');
    await refuse({}, /master\.key` is not 32 bytes in base64/);
  });

  test('one that others can read is refused, with the command that mends it', async () => {
    const key = join(home, 'master.key');
    chmodSync(key, 0o644);
    await refuse({}, /can be read by others \(mode 644\)/, /chmod 600/);
  });
});

describe('a database that is not to be touched', () => {
  let database: string;
  beforeEach(() => {
    settle();
    database = join(home, 'ambit.db');
  });

  /** Expects every command to refuse the database and to leave the folder as it is, byte for byte. */
  const refuse = async (...said: readonly RegExp[]): Promise<void> => {
    const before = bytesOf(home);
    for (const command of ['serve', 'bootstrap', 'migrate']) {
      expectRefused(await idp([command]), ...said);
    }
    expect(bytesOf(home)).toEqual(before);
  };
  const edit = (work: (db: Database.Database) => void): void => {
    const db = new Database(database);
    work(db);
    db.pragma('wal_checkpoint(truncate)');
    db.close();
  };

  test('random bytes', async () => {
    const noise = Buffer.from(Array.from({ length: 9000 }, (_value, index) => (index * 31) % 251));
    writeFileSync(database, noise);
    await refuse(/not an Ambit database/, /left as it is/);
  });

  test('a file cut short', async () => {
    truncateSync(database, 20_000);
    await refuse(/is damaged/, /restore it from a backup/);
  });

  test('damaged pages', async () => {
    const bytes = readFileSync(database);
    bytes.fill(0xa5, 4096, 12 * 4096);
    writeFileSync(database, bytes);
    await refuse(/is damaged/, /restore it from a backup/);
  });

  test('a database of another program', async () => {
    rmSync(database);
    edit((db) => db.exec('create table theirs (x); insert into theirs values (1)'));
    await refuse(/not an Ambit database/);
  });

  test('a schema of a newer release', async () => {
    edit((db) => db.pragma('user_version = 4711'));
    await refuse(/has schema 4711, and this release knows up to \d+/, /a newer one/);
  });

  test('a folder in its place', async () => {
    rmSync(database);
    mkdirSync(database);
    await refuse(/cannot be read \(not a file\)/);
  });

  test('a database that was named and is not there is not made by serve', async () => {
    const elsewhere = join(root, `elsewhere-${count}.db`);
    expectRefused(
      await idp(['serve'], { AMBIT_DATABASE_URL: `sqlite:${elsewhere}` }),
      /there is no database/,
      /`ambit-idp bootstrap`/,
    );
    expect(existsSync(elsewhere)).toBe(false);
  });
});
