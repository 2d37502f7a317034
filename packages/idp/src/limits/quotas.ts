import { quotasOf, refuseByQuota, secondsLeft } from '@ambit/scope-catalog';
import type {
  CompiledCatalog,
  CountedToken,
  QuotaCount,
  QuotaMode,
  QuotaRefusal,
} from '@ambit/scope-catalog';
import type { LimitState } from './limit-state.ts';
import type { QuotaStore } from './ports.ts';

/** A token that was counted in a quota, or was one too many for it. */
export interface QuotaEvent {
  readonly scope: string;
  readonly mode: QuotaMode;
  readonly exceeded: boolean;
}

/** What the quotas of a token come to. */
export interface QuotaOutcome {
  /** Absent where the token may be issued. */
  readonly refusal?: QuotaRefusal;
  /** Where those stand that are enforced; of a refusal, those that are used up. */
  readonly states: readonly LimitState[];
  /** Scopes whose quota is observed alone, and exceeded. */
  readonly observed: readonly string[];
}

/** The quotas that the catalog declares. */
export interface Quotas {
  /**
   * Counts a token that is otherwise granted and about to be signed; undefined where no scope of it has a quota, which
   * asks nothing of the store.
   *
   * All of its quotas count it or none does. What is counted stays so, whatever becomes of the token.
   */
  claim(
    catalog: CompiledCatalog,
    token: CountedToken,
    now: number,
  ): Promise<QuotaOutcome | undefined>;
}

/** Makes the quotas over their store; `onQuota` is told of each that a token met. */
export const createQuotas = (dependencies: {
  readonly store: Pick<QuotaStore, 'claim'>;
  readonly onQuota?: (event: QuotaEvent) => void;
}): Quotas => ({
  async claim(catalog, token, now) {
    const quotas = quotasOf(catalog, token);
    if (quotas.length === 0) return undefined;
    const { granted, counts } = await dependencies.store.claim(quotas, now);
    for (const { scope, quota, exceeded } of counts) {
      if (granted || exceeded) dependencies.onQuota?.({ scope, mode: quota.mode, exceeded });
    }
    const enforced = counts.filter(({ quota }) => quota.mode === 'enforce');
    return {
      ...(granted ? {} : { refusal: refuseByQuota(counts, now) }),
      states: (granted ? enforced : enforced.filter(({ exceeded }) => exceeded)).map((count) =>
        stateOf(count, now),
      ),
      observed: counts
        .filter(({ quota, exceeded }) => quota.mode === 'observe' && exceeded)
        .map(({ scope }) => scope),
    };
  },
});

const stateOf = (count: QuotaCount, now: number): LimitState => ({
  name: count.scope,
  limit: count.quota.limit,
  windowSeconds: count.quota.windowSeconds,
  remaining: Math.max(0, count.quota.limit - count.used),
  resetsInSeconds: secondsLeft(count, now),
});
