import type { Stall } from '../audit/stall.ts';

/** Is told how the store is doing. What it does must be quick and must not throw. */
export interface StoreObserver {
  /** From now on nothing ordinary is written. */
  onStall?(stall: Stall): void;
  /** It is again, and the record that says so is committed. */
  onResume?(stall: Stall): void;
}
