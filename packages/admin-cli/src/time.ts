import { Failure } from './failure.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const DURATION = /^(\d{1,9})([smhdw])$/;
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A time as the admin API writes it (RFC 3339, UTC). */
export const writeTime = (time: number): string =>
  new Date(time).toISOString().replace('.000Z', 'Z');

/** Decodes a time to come: RFC 3339, a date (00:00 UTC), or how long from now, `8h` or `7d`. */
export function decodeTimeAhead(text: string, now: number): string {
  const time = decode(text, now, 1);
  if (time <= now) {
    throw new Failure('usage', `\`${text}\` has passed already`, 'give a time to come');
  }
  return writeTime(time);
}

/** Decodes a time gone by: RFC 3339, a date (00:00 UTC), or how long ago, `8h` or `7d`. */
export const decodeTimeAgo = (text: string, now: number): string =>
  writeTime(decode(text, now, -1));

/** RFC 3339 §5.6 writes years with four digits. */
const END_OF_TIME = Date.UTC(10_000, 0);

function decode(text: string, now: number, direction: 1 | -1): number {
  const time = durationFrom(text, now, direction) ?? instant(text);
  if (time !== undefined && time >= 0 && time < END_OF_TIME) return time;
  throw new Failure(
    'usage',
    `\`${text}\` is no time`,
    'write `2026-12-31T18:00:00Z`, `2026-12-31`, or a duration such as `8h` or `7d`',
  );
}

function durationFrom(text: string, now: number, direction: 1 | -1): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return unit === undefined
    ? undefined
    : wholeSeconds(now) + direction * Number(count) * (UNITS[unit] ?? NaN);
}

const wholeSeconds = (time: number): number => time - (time % 1000);

/** `Date.parse` makes the 2nd of March of the 30th of February; the calendar's own day tells. */
function instant(text: string): number | undefined {
  const [matched, year, month, day] = INSTANT.exec(text) ?? [];
  const calendar = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return matched !== undefined && calendar.getUTCDate() === Number(day)
    ? Date.parse(text)
    : undefined;
}
