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

interface WindowRow {
  readonly scope: string;
  readonly per: string;
  readonly holder: string;
  readonly window_seconds: number;
  readonly used: number;
  readonly resets_at: number;
}

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

/**
 * Holds the windows of quotas until the transaction ends, in one order, so that no two wait for each other. One that is not
 * there yet is opened as one that is over.
 */
async function holdWindows(db: Knex, quotas: readonly ScopeQuota[]): Promise<void> {
  const keys = quotas.map(windowKey).sort((one, other) => (one.join() < other.join() ? -1 : 1));
  for (const [scope, per, holder, windowSeconds] of keys) {
    const key = { scope, per, holder, window_seconds: windowSeconds };
    await db<WindowRow>('quota_windows')
      .insert({ ...key, used: 0, resets_at: 0 })
      .onConflict(['scope', 'per', 'holder', 'window_seconds'])
      .ignore();
    await db<WindowRow>('quota_windows').where(key).forUpdate().first('used');
  }
}

async function findWindow(db: Knex, quota: ScopeQuota): Promise<QuotaWindow | undefined> {
  const [scope, per, holder, windowSeconds] = windowKey(quota);
  const row = await db<WindowRow>('quota_windows')
    .where({ scope, per, holder, window_seconds: windowSeconds })
    .first('used', 'resets_at');
  return row && { used: row.used, resetsAt: row.resets_at };
}

/** What quotas have counted. To be used in a transaction, which no other writer comes between. */
export const createQuotaStore = (db: Knex): QuotaStore => ({
  async claim(quotas, now) {
    await holdWindows(db, quotas);
    const windows: (QuotaWindow | undefined)[] = [];
    for (const quota of quotas) {
      windows.push(await findWindow(db, quota));
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
