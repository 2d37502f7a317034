import type { Context, Middleware } from 'koa';
import type { Exposed } from '../metrics/registry.ts';

/** What `/metrics` is made of. */
export interface MetricsEndpointDependencies {
  readonly expose: () => Promise<Exposed>;
  /** Whether somebody may read it; whom it turns away it has answered already. Without it, everybody may. */
  readonly admit?: (ctx: Context) => Promise<boolean>;
}

/** `/metrics`, for Prometheus to read. */
export const createMetricsEndpoint =
  ({ expose, admit }: MetricsEndpointDependencies): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/metrics') return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
      return;
    }
    if (admit && !(await admit(ctx))) return;
    const { type, text } = await expose();
    ctx.body = text;
    ctx.set('Content-Type', type);
  };
