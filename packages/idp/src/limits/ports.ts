import type { QuotaDecision, ScopeQuota } from '@ambit/scope-catalog';

/** Keeps how many tokens each quota has counted, for every server that shares the store. */
export interface QuotaStore {
  /**
   * Counts a token that is about to be issued in all of its quotas, or in none, as `decideQuotas` says of their windows
   * at `now` (ms). One atomic step, across processes; what it has counted outlives them.
   */
  claim(quotas: readonly ScopeQuota[], now: number): Promise<QuotaDecision>;
  /** Forgets the windows that have ended. */
  prune(now: number): Promise<void>;
}
