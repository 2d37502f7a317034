import { decideQuotas } from '@ambit/scope-catalog';
import type { QuotaCount, QuotaWindow, ScopeQuota } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { QuotaStore } from '../limits/ports.ts';

/**
 * What names a window, in the order of {@link WINDOW_FIND}: a quota that comes to count something else, or for another
 * time, begins anew.
 */
export const windowKey = ({
  scope,
  holder,
  quota,
}: ScopeQuota): [scope: string, per: string, holder: string, windowSeconds: number] => [
  scope,
  quota.per,
  holder,
  quota.windowSeconds,
];

/** Finds the window under a key. */
export const WINDOW_FIND = `select used, resets_at as "resetsAt" from quota_windows
  where scope = ? and per = ? and holder = ? and window_seconds = ?`;

/** Keeps a window under its key, in the place of the one before. */
export const WINDOW_KEEP = `insert into quota_windows (scope, per, holder, window_seconds, used, resets_at)
  values (?, ?, ?, ?, ?, ?)
  on conflict (scope, per, holder, window_seconds)
  do update set used = excluded.used, resets_at = excluded.resets_at`;

/** The values of {@link WINDOW_KEEP}. */
export const encodeWindow = (
  count: QuotaCount,
): [...key: ReturnType<typeof windowKey>, used: number, resetsAt: number] => [
  ...windowKey(count),
  count.used,
  count.resetsAt,
];

/** What quotas have counted. To be used in a transaction, which no other writer comes between. */
export const createQuotaStore = (db: Knex): QuotaStore => ({
  async claim(quotas, now) {
    const windows: (QuotaWindow | undefined)[] = [];
    for (const quota of quotas) {
      const [window]: QuotaWindow[] = await db.raw(WINDOW_FIND, windowKey(quota));
      windows.push(window);
    }
    const decision = decideQuotas(quotas, windows, now);
    if (decision.granted) {
      for (const count of decision.counts) await db.raw(WINDOW_KEEP, encodeWindow(count));
    }
    return decision;
  },
  async prune(now) {
    await db('quota_windows').where('resets_at', '<=', now).delete();
  },
});
