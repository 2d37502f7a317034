import type { Stall } from '../audit/stall.ts';

/** One transaction of small writes that has been committed. */
export interface GroupFigures {
  /** How many writes it was for: nearly all of them audit records. */
  readonly records: number;
  /** From its beginning to its commit, in milliseconds. */
  readonly durationMs: number;
  /** How many writes wait for the next one already. */
  readonly waiting: number;
}

/** Is told how the store is doing. What it does must be quick and must not throw. */
export interface StoreObserver {
  onCommit?(figures: GroupFigures): void;
  /** From now on nothing ordinary is written. */
  onStall?(stall: Stall): void;
  /** It is again, and the record that says so is committed. */
  onResume?(stall: Stall): void;
}
