import { describe, expect, test } from '@jest/globals';
import { readPostgresUrl } from '../../src/store/postgres/address.ts';

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
    ['postgres://u:secret@db/%E0%A4%A', 'it must name a user, a host and a database'],
    ['postgres://u:sec ret@:5432/', 'it is no URL'],
    ['postgres://u:secret@db/a?pool=9', 'the parameter `pool` is not known'],
    ['postgres://u:secret@db/a?sslmode=secret', 'its `sslmode` is not known'],
    ['postgres://u:secret@db/a?sslmode=prefer', '`sslmode=prefer` may fall back to plain text'],
    ['postgres://u:secret@db/a?sslmode=allow', '`sslmode=allow` may fall back to plain text'],
    [
      'postgres://u:secret@db/a?sslrootcert=/nowhere',
      'the file of `sslrootcert` cannot be read (ENOENT)',
    ],
  ])('%s is refused, and nothing secret of it repeated', (url, reason) => {
    expect(read(url)).toBe(reason);
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
});
