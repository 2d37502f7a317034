import type { CompiledCatalog, CompiledQuota } from '../compiled-catalog.ts';
import { SCOPE_ERRORS_MAX } from './issuance-refusal.ts';
import type { ScopeRefusal } from './issuance-terms.ts';
import { quoteNames } from './refusal-text.ts';

/** A token that is about to be issued, as far as quotas count it. */
export interface CountedToken {
  readonly scopes: readonly string[];
  readonly clientId: string;
  /** Its `sub`. */
  readonly subject: string;
}

/** A quota that a token counts in, and whose tokens it counts together. */
export interface ScopeQuota {
  readonly scope: string;
  readonly quota: CompiledQuota;
  /** A `client_id`, or a `sub`: which of them, the quota says. */
  readonly holder: string;
}

/** How many tokens a quota has counted, and until when it goes on counting them. */
export interface QuotaWindow {
  readonly used: number;
  /** Milliseconds since the epoch. */
  readonly resetsAt: number;
}

/** Where a quota stands once a request is decided. */
export interface QuotaCount extends ScopeQuota, QuotaWindow {
  /** The token is one more than the quota allows. */
  readonly exceeded: boolean;
}

/** Whether a token may be issued as far as quotas go, and where each of them then stands. */
export interface QuotaDecision {
  readonly granted: boolean;
  readonly counts: readonly QuotaCount[];
}

/** Why quotas let no token be issued now, fit to be told to the authenticated client. */
export interface QuotaRefusal {
  /** One sentence in the character set of RFC 6749 §5.2. */
  readonly description: string;
  /** At most 20. */
  readonly scopeErrors: readonly ScopeRefusal[];
  /** Until every window that is full has ended. */
  readonly retryAfterSeconds: number;
}

/** The quotas that a token counts in, one for each of its scopes that has one. */
export const quotasOf = (
  catalog: CompiledCatalog,
  { scopes, clientId, subject }: CountedToken,
): ScopeQuota[] =>
  scopes.flatMap((scope) => {
    const quota = catalog.scopes.get(scope)?.quota;
    if (quota === undefined) return [];
    return [{ scope, quota, holder: quota.per === 'client' ? clientId : subject }];
  });

/**
 * Decides whether a token may be counted in its quotas; `windows` are those they have open, in the same order.
 *
 * A token counts 1 in each. It is refused when one that is enforced would then have counted more than it allows, and
 * a token that is refused counts in none. One that is observed counts on beyond its limit and refuses nothing.
 */
export function decideQuotas(
  quotas: readonly ScopeQuota[],
  windows: readonly (QuotaWindow | undefined)[],
  now: number,
): QuotaDecision {
  const counts = quotas.map((one, index): QuotaCount => {
    const { used, resetsAt } = openWindow(one.quota, windows[index], now);
    return { ...one, used: used + 1, resetsAt, exceeded: used >= one.quota.limit };
  });
  const granted = !counts.some(({ exceeded, quota }) => exceeded && quota.mode === 'enforce');
  return { granted, counts: granted ? counts : counts.map(uncounted) };
}

const uncounted = (count: QuotaCount): QuotaCount => ({ ...count, used: count.used - 1 });

/**
 * The window that counts now. One that has ended gives way to a new one; so does one that ends later than it ever
 * could, since whoever opened it had a clock that was wrong.
 */
function openWindow(
  { windowSeconds }: CompiledQuota,
  window: QuotaWindow | undefined,
  now: number,
): QuotaWindow {
  const latestEnd = now + windowSeconds * 1000;
  return window !== undefined && window.resetsAt > now && window.resetsAt <= latestEnd
    ? window
    : { used: 0, resetsAt: latestEnd };
}

/** So many scopes are put into the sentence. */
const DESCRIBED_MAX = 3;

/** Says why quotas refuse a token: each that is used up, how much it allows, and when it counts anew. */
export function refuseByQuota(counts: readonly QuotaCount[], now: number): QuotaRefusal {
  const full = counts.filter(({ exceeded, quota }) => exceeded && quota.mode === 'enforce');
  const described = quoteNames(full.slice(0, DESCRIBED_MAX).map(({ scope }) => scope));
  const more =
    full.length > DESCRIBED_MAX ? ` and ${String(full.length - DESCRIBED_MAX)} more` : '';
  const retryAfterSeconds = Math.max(...full.map((count) => secondsLeft(count, now)));
  return {
    description: `no token is left in the quota of ${described}${more}; try again in ${String(retryAfterSeconds)} s`,
    scopeErrors: full.slice(0, SCOPE_ERRORS_MAX).map((count) => ({
      scope: count.scope,
      reason: 'quota_exceeded',
      hint: hintFor(count, now),
    })),
    retryAfterSeconds,
  };
}

/** The whole seconds until a window has ended, at least one. */
export const secondsLeft = ({ resetsAt }: Pick<QuotaWindow, 'resetsAt'>, now: number): number =>
  Math.max(1, Math.ceil((resetsAt - now) / 1000));

function hintFor(count: QuotaCount, now: number): string {
  const { limit, windowSeconds, per } = count.quota;
  const seconds = String(secondsLeft(count, now));
  return `the quota of this ${per} is ${String(limit)} in ${String(windowSeconds)} s; ask again in ${seconds} s, and use a token until it expires`;
}
