import type { Middleware } from 'koa';
import type { Stall, StallCause } from '../audit/stall.ts';

/** What the readiness of a server rests on. */
export interface HealthProbe {
  /** Resolves when the store answers and the state it holds can be read; rejects otherwise. */
  check(): Promise<{ readonly catalogVersion: number; readonly revision: number }>;
  /** Why the audit log cannot be written, having tried again just now; undefined when it can. */
  stall(): Promise<Stall | undefined>;
  /** Whether the server has begun to shut down. */
  isDraining(): boolean;
}

/** What readiness answers: 200, or 503 where there is a reason. */
export interface Readiness {
  readonly status: 'ready' | 'draining' | 'unavailable';
  readonly reason?: string;
  readonly catalog_version?: number;
  readonly revision?: number;
}

/**
 * `/health/live` says that the process answers, `/health/ready` that it can do its work; both without authentication,
 * and without telling more than that.
 */
export const createHealth =
  (readiness: () => Promise<Readiness>): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/health/live' && ctx.path !== '/health/ready') return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
      return;
    }
    const answer = ctx.path === '/health/live' ? { status: 'live' } : await readiness();
    ctx.status = 'reason' in answer ? 503 : 200;
    if (ctx.status === 503) ctx.set('Retry-After', '5');
    ctx.body = answer;
  };

const STALLED: Readonly<Record<StallCause, string>> = {
  full: 'the audit log cannot be written: no space is left on the disk',
  locked: 'the audit log cannot be written: another process holds the database',
  failing: 'the audit log cannot be written',
};

/** Makes what says whether a process can do its work. */
export const createReadiness = (probe: HealthProbe) => async (): Promise<Readiness> => {
  if (probe.isDraining()) return { status: 'draining', reason: 'the server is shutting down' };
  try {
    const { catalogVersion, revision } = await probe.check();
    const stall = await probe.stall();
    if (stall) return { status: 'unavailable', reason: STALLED[stall.cause] };
    return { status: 'ready', catalog_version: catalogVersion, revision };
  } catch {
    return { status: 'unavailable', reason: 'the store does not answer' };
  }
};
