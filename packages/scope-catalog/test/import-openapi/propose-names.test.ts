import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isScopeName } from '@ambit/scope-catalog';
import { proposeNames } from '../../src/import-openapi/propose-names.ts';

const one = (name: string): string | undefined => proposeNames([name]).get(name);

describe('a name that conforms is kept as it is', () => {
  test.each([
    'orders:read',
    'shop:orders:read',
    '1click:create',
    'kubernetes:access_cluster',
    'database:view_credentials',
    'read:pets',
    'repo:status',
    'shop:import:read',
  ])('%s', (name) => {
    expect(one(name)).toBe(name);
  });
});

describe('a name that does not fit is given a proposal', () => {
  test.each([
    ['chat:write:user', 'chat.user:write'],
    ['users:read.email', 'users.email:read'],
    ['admin', 'api:admin'],
    ['Repo.Read.All', 'repo.all:read'],
    ['User.ReadWrite.All', 'user.all:read_write'],
    ['https://www.example.com/auth/drive', 'drive:access'],
    ['https://www.example.com/auth/drive.readonly', 'drive:readonly'],
    ['https://mail.example.com/', 'mail-example-com:access'],
    ['playlist-modify-public', 'playlist.public:modify'],
    ['read_products', 'products:read'],
    ['offline_access', 'offline_access:access'],
    ['projects/list all', 'projects.all:list'],
    ['Čau světe', 'cau:svete'],
    ['__proto__', 'proto:access'],
    ['ambit.client:read', 'x-ambit.client:read'],
    ['ambit:foo:read', 'x-ambit.foo:read'],
    ['ambit', 'x-ambit:access'],
  ])('%s becomes %s', (from, to) => {
    expect(one(from)).toBe(to);
  });

  test('a name too long is shortened, and carries a suffix of its own', () => {
    const [a, b] = [`${'x'.repeat(200)}:read`, `${'x'.repeat(201)}:read`];
    const names = proposeNames([a, b]);
    expect(names.get(a)).toMatch(/^x{116}:read-[0-9a-f]{6}$/u);
    expect(names.get(b)).not.toBe(names.get(a));
  });

  test('names that would become the same all carry a suffix, whichever document they stand in', () => {
    const two = proposeNames(['Users.Read', 'USERS.READ']);
    const three = proposeNames(['USERS/READ', 'USERS.READ', 'Users.Read']);
    expect(two.get('Users.Read')).toMatch(/^users:read-[0-9a-f]{6}$/u);
    expect(three.get('Users.Read')).toBe(two.get('Users.Read'));
    expect(three.get('USERS.READ')).toBe(two.get('USERS.READ'));
  });

  test('a name that conforms is never displaced', () => {
    const names = proposeNames(['Users.Read', 'users:read']);
    expect(names.get('users:read')).toBe('users:read');
    expect(names.get('Users.Read')).toMatch(/^users:read-[0-9a-f]{6}$/u);
  });
});

const hard = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[aA:./ _-]{0,6}$/u),
  fc.stringMatching(/^(users|Users|ambit|read|READ)([:.](read|email|users)){0,3}$/u),
  fc.constantFrom('\ud800', '\udfff', 'constructor', 'x'.repeat(500)),
);

describe('laws', () => {
  test('every name becomes exactly one scope, no two the same, and every one conforms', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hard, { maxLength: 40 }), (names) => {
        const proposed = proposeNames(names);
        expect([...proposed.keys()].sort()).toEqual([...names].sort());
        expect(new Set(proposed.values()).size).toBe(names.length);
        for (const to of proposed.values()) {
          expect(isScopeName(to)).toBe(true);
          expect(to).not.toMatch(/^ambit([.:-]|$)/u);
        }
      }),
    );
  });

  test('a proposal is itself a name that is kept', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hard, { maxLength: 10 }), (names) => {
        const proposals = [...proposeNames(names).values()];
        for (const [from, to] of proposeNames(proposals)) expect(to).toBe(from);
      }),
    );
  });

  test('the order of the names does not matter', () => {
    fc.assert(
      fc.property(fc.uniqueArray(hard, { maxLength: 20 }), (names) => {
        const sorted = [...proposeNames(names)].sort();
        expect([...proposeNames(names.toReversed())].sort()).toEqual(sorted);
      }),
    );
  });
});
