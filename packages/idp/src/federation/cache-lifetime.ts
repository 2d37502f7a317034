import type { IncomingHttpHeaders } from 'node:http';

/**
 * The seconds for which an answer may be kept, by `Cache-Control` and else by `Expires` (RFC 9111 §4.2.1), less its
 * `Age`; undefined where neither says anything.
 */
export function cacheLifetime(headers: IncomingHttpHeaders): number | undefined {
  const directives = (headers['cache-control'] ?? '').split(',').map(asDirective);
  if (directives.some((directive) => /^no-(?:store|cache)/.test(directive))) return 0;
  const age = wholeSeconds(headers.age) ?? 0;
  for (const directive of directives) {
    const maxAge = wholeSeconds(/^max-age="?(\d+)"?$/.exec(directive)?.[1]);
    if (maxAge !== undefined) return Math.max(0, maxAge - age);
  }
  if (headers.expires === undefined) return undefined;
  const [expires, date] = [Date.parse(headers.expires), Date.parse(headers.date ?? '')];
  if (Number.isNaN(expires)) return 0; // RFC 9111 §5.3: an invalid date is a time in the past
  return Number.isNaN(date) ? undefined : Math.max(0, Math.floor((expires - date) / 1000) - age);
}

const asDirective = (text: string): string => text.trim().toLowerCase();

const wholeSeconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
