import { networkOf } from '../network.ts';
import type { AuditEntry } from './record.ts';

/** Refusals of strangers that were counted instead of written down one by one. */
export interface CountedRefusals {
  /** Where they came from, see `networkOf`; absent for all those beyond the bound. */
  readonly network?: string;
  readonly count: number;
  /** Milliseconds since the epoch of the first and of the last of them. */
  readonly first: number;
  readonly last: number;
  /** How often each reason was given. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Tells which refusals of strangers are written down, and counts the rest. */
export interface RefusalCounter {
  /** Whether a refusal is to be written down by itself; otherwise it is counted. */
  admit(refusal: Pick<AuditEntry, 'time' | 'reason' | 'personal'>): boolean;
  /** What was counted in the minutes that have ended by `until` (ms); it is forgotten here. */
  take(until: number): readonly CountedRefusals[];
}

/** How many refusals of strangers are written down whole in one minute. */
export const WHOLE_A_MINUTE = 32;
/** How many networks are told apart in one minute. */
export const NETWORKS_A_MINUTE = 128;
/** How many reasons are told apart for one network. */
const REASONS_MOST = 16;

const MINUTE_MS = 60_000;

/**
 * Makes the counter.
 *
 * The first refusal of a network in a minute is written down, so that whoever mistyped a secret finds it at once; those
 * that follow are one record together. Both are bounded: only the first {@link WHOLE_A_MINUTE} networks of a minute are written
 * down, and what comes from more than {@link NETWORKS_A_MINUTE} networks besides is one record without any. So whatever comes from
 * wherever, a minute leaves no more than the sum of both and 1.
 */
export function createRefusalCounter(): RefusalCounter {
  const minutes = new Map<number, Minute>();
  return {
    admit({ time, reason = 'unknown', personal }) {
      const start = time - (time % MINUTE_MS);
      const minute = minutes.get(start) ?? new Minute();
      minutes.set(start, minute);
      return minute.admit(networkOf(personal?.address), time, reason);
    },
    take(until) {
      const taken: CountedRefusals[] = [];
      for (const [start, minute] of minutes) {
        if (start + MINUTE_MS > until) continue;
        taken.push(...minute.counted());
        minutes.delete(start);
      }
      return taken;
    },
  };
}

class Minute {
  readonly #seen = new Set<string>();
  readonly #tallies = new Map<string | undefined, Tally>();

  admit(network: string, time: number, reason: string): boolean {
    if (!this.#seen.has(network) && this.#seen.size < WHOLE_A_MINUTE) {
      this.#seen.add(network);
      return true;
    }
    const told = this.#tallies.has(network) || this.#tallies.size < NETWORKS_A_MINUTE;
    const key = told ? network : undefined;
    const tally = this.#tallies.get(key) ?? new Tally(time);
    this.#tallies.set(key, tally);
    tally.add(time, reason);
    return false;
  }

  counted(): readonly CountedRefusals[] {
    return [...this.#tallies].map(([network, { count, first, last, reasons }]) => ({
      ...(network === undefined ? {} : { network }),
      count,
      first,
      last,
      reasons: Object.fromEntries(reasons),
    }));
  }
}

class Tally {
  count = 0;
  readonly first: number;
  last: number;
  readonly reasons = new Map<string, number>();

  constructor(time: number) {
    this.first = time;
    this.last = time;
  }

  add(time: number, reason: string): void {
    this.count += 1;
    this.last = time;
    const told = this.reasons.has(reason) || this.reasons.size < REASONS_MOST;
    const key = told ? reason : 'other';
    this.reasons.set(key, (this.reasons.get(key) ?? 0) + 1);
  }
}
