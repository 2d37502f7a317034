import type { Fetch } from '@ambit/sdk';
import { fine, skipped } from './check.ts';
import type { Check } from './check.ts';

/** Clocks that differ by more are worth a word; token lifetimes are counted in minutes. */
const TOLERANCE_MS = 5_000;

/** A `fetch` that remembers how far the server's clock is ahead, by the `Date` of its last answer. */
export interface ClockWatch {
  readonly fetch: Fetch;
  /** Milliseconds; `undefined` before the first answer with a date. */
  skew(): number | undefined;
}

/** Watches a server's clock. A `Date` has whole seconds, so half of one is added, and the round trip is halved. */
export function watchClock(fetch: Fetch, now: () => number): ClockWatch {
  let skew: number | undefined;
  return {
    skew: () => skew,
    async fetch(url, init) {
      const asked = now();
      const response = await fetch(url, init);
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) skew = date + 500 - (asked + now()) / 2;
      return response;
    },
  };
}

/** Whether this machine and the server agree on the time. */
export function checkClock(skew: number | undefined): Check {
  if (skew === undefined) return skipped('clock', 'the server does not tell its time');
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (Math.abs(skew) <= TOLERANCE_MS) return fine('clock', 'agrees with the server');
  return {
    check: 'clock',
    status: 'warn',
    message: `the server is ${String(seconds)} s ${skew > 0 ? 'ahead' : 'behind'}`,
    hint: 'let both machines keep their time by NTP; signed assertions and proofs fail otherwise',
  };
}
