import { decodeJwt } from 'jose';
import { bare, encode, forged, root } from './stage.ts';
import type { Attack } from './stage.ts';

/** The digits of base64url; of the last one of a signature the lower bits count for nothing. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What is no token at all, and claims that no token of Ambit's has. */
export const MALFORMED: readonly Attack[] = [
  ['empty', async () => bare(''), 'invalid_request'],
  ['a space', async () => bare(' '), 'invalid_request'],
  ['one part', async () => bare('opaque-token-of-some-length'), 'invalid_request'],
  [
    'two parts',
    async () => bare((await root()).split('.').slice(0, 2).join('.')),
    'invalid_request',
  ],
  ['four parts', async () => bare(`${await root()}.AAAA`), 'invalid_request'],
  [
    'five parts',
    async () => bare(`${encode({ alg: 'dir', enc: 'A256GCM' })}.a.b.c.d`),
    'invalid_request',
  ],
  ['a space behind it', async () => bare(`${await root()} `), 'invalid_request'],
  ['padding behind it', async () => bare(`${await root()}==`), 'invalid_request'],
  [
    'a space in its signature',
    async () => bare((await root()).replace(/.{9}$/, ' $&')),
    'invalid_request',
  ],
  [
    'stray bits at the end of its signature',
    async () =>
      bare((await root()).replace(/.$/, (last) => DIGITS[DIGITS.indexOf(last) + 1] ?? '')),
    'invalid_request',
  ],
  ['dots alone', async () => bare('..'), 'invalid_request'],
  [
    '17 KB',
    async () => bare(`${encode({ alg: 'ES256', typ: 'at+jwt' })}.${'A'.repeat(17_000)}.AA`),
    'invalid_request',
  ],
  [
    '56 KB',
    async () => bare(`${encode({ alg: 'ES256', typ: 'at+jwt' })}.${'A'.repeat(56 * 1024)}.AA`),
    'invalid_request',
  ],
  [
    'bytes that are no UTF-8',
    async () => ({ token: '', raw: '&subject_token=%ff%fe%80.%c3%28.%a0' }),
    'invalid_request',
  ],
  [
    'broken escapes',
    async () => ({ token: '', raw: '&subject_token=%E0%A4%A.%zz.x' }),
    'invalid_request',
  ],
  ['NUL bytes', async () => bare('\0\0\0.\0\0\0.\0\0\0'), 'invalid_request'],
  [
    'nested: a JWT in a JWT',
    async () => bare(await forged(await root(), { cty: 'JWT' })),
    'invalid_request',
  ],
  ['a header that is no JSON', async () => bare(await forged({}, 'nonsense')), 'invalid_request'],
  ['a header that is a list', async () => bare(await forged({}, '[]')), 'invalid_request'],
  ['a header that is null', async () => bare(await forged({}, 'null')), 'invalid_request'],
  [
    'a header that nests ten thousand deep',
    async () => bare(await forged({}, `${'['.repeat(5_000)}${']'.repeat(5_000)}`)),
    'invalid_request',
  ],
  ['a payload that is no JSON', async () => bare(await forged('nonsense')), 'invalid_request'],
  ['a payload that is a list', async () => bare(await forged('[]')), 'invalid_request'],
  ['a payload that is null', async () => bare(await forged('null')), 'invalid_request'],
  ['a payload that is a number', async () => bare(await forged('7')), 'invalid_request'],
  [
    'duplicate claims',
    async () => {
      const claims = JSON.stringify(decodeJwt(await root()));
      return bare(await forged(`${claims.slice(0, -1)},"aud":"https://payments.example","exp":1}`));
    },
    'invalid_request',
  ],
  ['an end that is text', async () => bare(await forged({ exp: '9999999999' })), 'invalid_request'],
  [
    'an end beyond all numbers',
    async () =>
      bare(
        await forged(JSON.stringify(decodeJwt(await root())).replace(/"exp":\d+/, '"exp":1e999')),
      ),
    'invalid_request',
  ],
  ['no jti', async () => bare(await forged({ jti: undefined })), 'invalid_request'],
  ['no scope', async () => bare(await forged({ scope: undefined })), 'invalid_request'],
  [
    'a scope that is a list',
    async () => bare(await forged({ scope: ['orders:write'] })),
    'invalid_request',
  ],
  ['an act that is text', async () => bare(await forged({ act: 'orders' })), 'invalid_request'],
  ['an act that is null', async () => bare(await forged({ act: null })), 'invalid_request'],
  ['a cnf that is null', async () => bare(await forged({ cnf: null })), 'invalid_request'],
  [
    'a cnf of a kind nobody knows',
    async () => bare(await forged({ cnf: { kid: 'x' } })),
    'invalid_request',
  ],
  ['a fed that is null', async () => bare(await forged({ fed: null })), 'invalid_request'],
  ['a fed that is text', async () => bare(await forged({ fed: 'ci' })), 'invalid_request'],
  ['a may_act that is null', async () => bare(await forged({ may_act: null })), 'invalid_request'],
  [
    'a may_act that is text',
    async () => bare(await forged({ may_act: 'orders' })),
    'invalid_request',
  ],
];
