import { setTimeout } from 'node:timers/promises';
import type { OngoingStall, Stall } from '../audit/stall.ts';
import type { Reserve } from './engine.ts';
import type { StoreObserver } from './observer.ts';
import { faultOf, StoreUnavailable } from './unavailable.ts';

/** How long an ordinary write waits while another process holds the database. */
export const PATIENCE_MS = 1_000;
/** The same for a change that takes power away: whoever makes it would rather wait. */
const SECURING_PATIENCE_MS = 20_000;
/** How many ordinary writes wait at most; whoever comes then is refused at once. */
const WAITING_MOST = 4_096;
/** How often at most it is tried whether the log can be written again. */
const PROBE_EVERY_MS = 250;
/** How long whoever asks for the state of things waits for the answer of a probe. */
const PROBE_MS = 1_000;

/** A write that waits for others as long as it is told. */
export type Write<T> = (patienceMs: number) => Promise<T>;

/** What an ordinary write counts as where it is refused; see {@link Stall}. */
export type CountedAs = 'refused' | 'unrecorded' | 'nothing';

/** Decides what may be written while the machine is at fault. */
export interface Gate {
  /** Writes, unless nothing ordinary is written for now: that is told at once, as {@link StoreUnavailable}. */
  ordinary<T>(write: Write<T>, countedAs: CountedAs): Promise<T>;
  /** Writes what must be written, out of the reserve where no other space is left. */
  securing<T>(write: Write<T>): Promise<T>;
  /** Why nothing ordinary is written, having tried again just now; undefined when it is. */
  check(): Promise<OngoingStall | undefined>;
}

/** What a gate is made from. */
export interface GateDependencies {
  readonly reserve?: Reserve | undefined;
  readonly clock: () => number;
  readonly observer: StoreObserver;
  /** Writes the record that a stall is over, without patience; that it is written is the proof. */
  readonly resume: (stall: Stall) => Promise<void>;
}

/**
 * Makes the gate through which everything is written.
 *
 * It closes when a write fails by a fault of the machine, and for as long as the reserve is not whole: what is left of the
 * space is then for {@link Gate.securing}. It opens by itself: whoever comes to write, or asks how things are, has it tried
 * again, at most every {@link PROBE_EVERY_MS}.
 */
export function createGate({ reserve, clock, observer, resume }: GateDependencies): Gate {
  let stall: Stall | undefined;
  let probing: Promise<void> | undefined;
  let probedAt = -Infinity;
  let waiting = 0;

  const close = (cause: Stall['cause']): void => {
    const began = stall === undefined;
    stall = { since: clock(), refused: 0, unrecorded: 0, ...stall, cause };
    if (began) observer.onStall?.(stall);
  };
  const isSpent = (): boolean => reserve?.isWhole() === false;

  const probe = async (tried: Stall): Promise<void> => {
    try {
      const wanting = tried.cause === 'full' || isSpent();
      if (wanting && reserve && !(await reserve.restore())) return;
      await resume(tried);
      stall = undefined;
      observer.onResume?.(tried);
    } catch (error) {
      close(faultOf(error) ?? 'failing');
    }
  };
  const probeIfDue = async (): Promise<void> => {
    if (stall === undefined) return;
    if (!probing && performance.now() - probedAt < PROBE_EVERY_MS) return;
    probing ??= probe(stall).finally(() => {
      probing = undefined;
      probedAt = performance.now();
    });
    await probing;
  };

  const count = (countedAs: CountedAs): void => {
    if (stall && countedAs !== 'nothing') {
      stall = { ...stall, [countedAs]: stall[countedAs] + 1 };
    }
  };

  if (isSpent()) close('full');
  return {
    async ordinary(write, countedAs) {
      await probeIfDue();
      if (stall) {
        count(countedAs);
        throw new StoreUnavailable(`nothing ordinary is written for now (${stall.cause})`);
      }
      if (waiting >= WAITING_MOST) throw new StoreUnavailable('too many writes are waiting');
      waiting += 1;
      try {
        return await write(PATIENCE_MS);
      } catch (error) {
        const fault = faultOf(error);
        if (fault !== undefined) close(fault);
        count(countedAs);
        throw error;
      } finally {
        waiting -= 1;
      }
    },
    async securing(write) {
      for (;;) {
        try {
          return await write(SECURING_PATIENCE_MS);
        } catch (error) {
          const fault = faultOf(error);
          if (fault === undefined) throw error;
          close(fault);
          if (fault !== 'full' || !reserve?.release()) throw error;
        }
      }
    },
    async check() {
      if (stall === undefined && isSpent()) close('full');
      await Promise.race([probeIfDue(), setTimeout(PROBE_MS, undefined, { ref: false })]);
      return stall && { ...stall, isReserveWhole: !isSpent() };
    },
  };
}
