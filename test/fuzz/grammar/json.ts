import type { Dice } from '../dice.ts';
import { oddText, word } from './texts.ts';

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const NUMBERS = [0, -0, 1, -1, 0.5, 1e21, -1e308, 2 ** 53, 2 ** 31, Number.MIN_VALUE] as const;

/** Any JSON value, small. */
export function anyJson(dice: Dice, depth = 2): Json {
  const leaf = depth === 0 || dice.chance(0.6);
  if (leaf) return dice.pick<Json>([null, true, false, dice.pick(NUMBERS), oddText(dice), [], {}]);
  const members = Array.from({ length: dice.below(4) }, () => anyJson(dice, depth - 1));
  return dice.chance(0.5)
    ? members
    : Object.fromEntries(
        members.map((member) => [dice.chance(0.5) ? word(dice) : oddText(dice), member]),
      );
}

/** The same document with one thing in it changed, taken away or added, at any depth. */
export function mangle(dice: Dice, value: Json): Json {
  const isList = Array.isArray(value);
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (names.length === 0 || dice.chance(0.15)) return anyJson(dice);
  const entries = Object.entries(value as Record<string, Json>);
  const hit = dice.below(entries.length);
  const changed = dice.chance(0.4)
    ? withOneMore(dice, entries)
    : entries.flatMap(([name, member], index): [string, Json][] =>
        index !== hit ? [[name, member]] : changedMember(dice, name, member),
      );
  return isList ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}

function changedMember(dice: Dice, name: string, member: Json): [string, Json][] {
  if (dice.chance(0.15)) return [];
  if (dice.chance(0.1)) return [[oddText(dice), member]];
  return [[name, mangle(dice, member)]];
}

function withOneMore(dice: Dice, entries: readonly [string, Json][]): [string, Json][] {
  const [name, member] = dice.pick(entries);
  const more: [string, Json] = dice.chance(0.5)
    ? [dice.chance(0.5) ? word(dice) : oddText(dice), anyJson(dice)]
    : [`${name}2`, member];
  return [...entries, more];
}

/** A text that is nearly the JSON it was made from, and in most cases none. */
export function brokenJson(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  const levels = dice.pick([50, 5000, 30_000]);
  return dice.pick([
    text.slice(0, at),
    `${text.slice(0, at)},${text.slice(at)}`,
    `${text.slice(0, at)}\xff\xfe${text.slice(at)}`,
    `\xef\xbb\xbf${text}`,
    `${text} x`,
    '{"a":1,}',
    "{'a':1}",
    '[1e999]',
    'NaN',
    '   ',
    '\0',
    '['.repeat(levels) + ']'.repeat(levels),
    '{"a":'.repeat(levels / 5),
    text.replace('{', '{/* */'),
    Array.from(text, (character) => `${character}\0`).join(''),
  ]);
}

/** The same JSON as text, with members twice or names of prototypes in it. */
export function trickyJson(dice: Dice, text: string): string {
  const inner = text.startsWith('{') ? text.slice(1) : '}';
  const comma = inner === '}' ? '' : ',';
  return dice.pick([
    `{"__proto__":{"admin":true}${comma}${inner}`,
    `{"constructor":{"prototype":{"admin":true}}${comma}${inner}`,
    `{"${word(dice)}":${JSON.stringify(oddText(dice))}${comma}${inner}`,
    `{${inner.slice(0, -1)}${comma}${inner}`,
    ` \n\t${text}\r\n `,
  ]);
}
