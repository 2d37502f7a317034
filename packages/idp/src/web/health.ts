import type { Middleware } from 'koa';

/** What the readiness of a server rests on. */
export interface HealthProbe {
  /** Resolves when the store answers and the state it holds can be read; rejects otherwise. */
  check(): Promise<{ readonly catalogVersion: number; readonly revision: number }>;
  /** Whether the server has begun to shut down. */
  isDraining(): boolean;
}

/**
 * `/health/live` says that the process answers, `/health/ready` that it can do its work; both without authentication,
 * and without telling more than that.
 */
export const createHealth =
  (probe: HealthProbe): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/health/live' && ctx.path !== '/health/ready') return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
      return;
    }
    const answer = ctx.path === '/health/live' ? { status: 'live' } : await readiness(probe);
    ctx.status = 'reason' in answer ? 503 : 200;
    if ('reason' in answer) ctx.set('Retry-After', '5');
    ctx.body = answer;
  };

async function readiness(probe: HealthProbe): Promise<Record<string, unknown>> {
  if (probe.isDraining()) return { status: 'draining', reason: 'the server is shutting down' };
  try {
    const { catalogVersion, revision } = await probe.check();
    return { status: 'ready', catalog_version: catalogVersion, revision };
  } catch {
    return { status: 'unavailable', reason: 'the store does not answer' };
  }
}
