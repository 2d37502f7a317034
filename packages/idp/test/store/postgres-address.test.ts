import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { selfSigned } from '../../../../test/support/certificates.ts';
import { readPostgresUrl } from '../../src/store/postgres/address.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

function read(url: string) {
  const address = readPostgresUrl(url);
  return address.ok ? address.value : address.error.reason;
}
function tlsOf(url: string) {
  const address = read(url);
  return typeof address === 'string' ? address : address.ssl;
}

describe('the address of a PostgreSQL', () => {
  test('is all that its URL says, decoded', () => {
    expect(read('postgres://am%40bit:p%2Fw%3A@db.example:6432/id%20p?options=-c%20a%3Db')).toEqual({
      ...{ host: 'db.example', port: 6432, user: 'am@bit', password: 'p/w:', database: 'id p' },
      ...{ ssl: {}, options: '-c a=b' },
    });
    expect(read('postgresql://ambit@[::1]/ambit')).toMatchObject({
      ...{ host: '::1', port: 5432, password: undefined, ssl: false },
    });
  });

  test.each([
    ['postgres://db/ambit', 'it must name a user, a host and a database'],
    ['postgres://u:secret@db', 'it must name a user, a host and a database'],
    ['postgres://u:secret@db/%E0%A4%A', 'a `%` in it encodes nothing'],
    ['postgres://u:secret%@db/a', 'a `%` in it encodes nothing'],
    ['postgres://u:sec ret@:5432/', 'it is no URL'],
    ['postgres://u:secret@db/a?pool=9', 'the parameter `pool` is not known'],
    ['postgres://u:secret@db/a?sslmode=secret', 'its `sslmode` is not known'],
    ['postgres://u:secret@db/a?sslmode=prefer', '`sslmode=prefer` may fall back to plain text'],
    ['postgres://u:secret@db/a?sslmode=allow', '`sslmode=allow` may fall back to plain text'],
    [
      'postgres://u:secret@db/a?sslrootcert=/nowhere',
      'the file of `sslrootcert` cannot be read (ENOENT)',
    ],
    ['postgres://u:1/secret/a', 'it must name a user, a host and a database'],
    ['postgres://u@db/a?sec-ret=1', 'a parameter is not known'],
    [`postgres://u@db/a?${'secret'.repeat(6)}=1`, 'a parameter is not known'],
    ['postgres://u@db/a?sslmode=disable&sslmode=require', 'the parameter `sslmode` is given twice'],
    ['postgres://u@db/a?options=&options=', 'the parameter `options` is given twice'],
  ])('%s is refused, and nothing secret of it repeated', (url, reason) => {
    expect(read(url)).toBe(reason);
  });
});

test.each([
  '?',
  '/',
  '#',
  '/w?x=',
  '?sslmode=disable&',
  '@h/',
  '@h?',
  '@h#',
  '@h/d?secret=1',
  '@h/d#',
])('a password with `%s` in it is told to be encoded, and no part of it repeated', (inside) => {
  for (const start of ['12345', 'hidden']) {
    const reason = read(`postgres://user:${start}${inside}hunter2@db.example/base`);
    expect(reason).toMatch(/^(?:it is no URL|it has a `#`, or an `@` after the host: .*)$/);
  }
  const encoded = encodeURIComponent(`12345${inside}hunter2`);
  expect(read(`postgres://user:${encoded}@db.example/base`)).toMatchObject({
    password: `12345${inside}hunter2`,
  });
});

describe('the way to a PostgreSQL', () => {
  test('is encrypted to a server that is known, unless it is on this machine or said otherwise', () => {
    expect(tlsOf('postgres://u@db/a')).toEqual({});
    for (const mode of ['require', 'verify-full']) {
      expect(tlsOf(`postgres://u@db/a?sslmode=${mode}`)).toEqual({});
      expect(tlsOf(`postgres://u@localhost/a?sslmode=${mode}`)).toEqual({});
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(tlsOf(`postgres://u@${host}/a`)).toBe(false);
    }
    expect(tlsOf('postgres://u@db/a?sslmode=disable')).toBe(false);
  });

  test('is checked for less only where that is said by its name', () => {
    expect(tlsOf('postgres://u@db/a?sslmode=no-verify')).toEqual({ rejectUnauthorized: false });
    expect(tlsOf('postgres://u@db/a?sslmode=verify-ca')).toEqual({
      checkServerIdentity: expect.any(Function),
    });
  });

  test('is begun with files only where they are what they are named as', async () => {
    const folder = temporaryFolder();
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder.path, name), text);
      return join(folder.path, name);
    };
    const [one, other] = await Promise.all([selfSigned('CN=one'), selfSigned('CN=other')]);
    const cert = write('one.pem', one.cert);
    const key = write('one.key', one.key);
    const [otherKey, empty] = [write('other.key', other.key), write('empty.pem', '')];
    const withFiles = (query: string) => tlsOf(`postgres://u@db/a?${query}`);
    expect(withFiles(`sslrootcert=${cert}&sslcert=${cert}&sslkey=${key}`)).toEqual({
      ...{ ca: one.cert, cert: one.cert, key: one.key },
    });
    for (const alone of [`sslcert=${cert}`, `sslkey=${key}`]) {
      expect(withFiles(alone)).toBe('`sslcert` and `sslkey` go together');
    }
    for (const none of [empty, key]) {
      expect(withFiles(`sslrootcert=${none}`)).toBe(
        'the file of `sslrootcert` holds no certificate in PEM',
      );
    }
    expect(withFiles(`sslcert=${empty}&sslkey=${key}`)).toBe(
      'the file of `sslcert` holds no certificate in PEM',
    );
    expect(withFiles(`sslcert=${cert}&sslkey=${otherKey}`)).toBe(
      'the key of `sslkey` is not the one of `sslcert`, or needs a password',
    );
    folder.remove();
  });
});
