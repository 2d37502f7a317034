import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import { answerProblem } from './answer-problem.ts';
import { serveRoute } from './engine.ts';
import type { EngineOptions } from './engine.ts';
import { openApiRoute } from './openapi.ts';
import { ADMIN_API_PATH, ROUTES } from './routes.ts';
import { SCHEMAS } from './schemas.ts';
import { createValidatorFactory } from './validator.ts';

/**
 * Makes the middleware of the admin API: everything at or below `/admin/v1`, and nothing else.
 *
 * It reads where the request comes from as `web/request-origin.ts` has noted it. What is not in the route table is 404, or 405 with `Allow` where
 * another method is; paths are matched exactly, letter case and trailing slash included.
 */
export function createAdminApi(options: Omit<EngineOptions, 'validators'>): Middleware {
  const validators = createValidatorFactory(SCHEMAS);
  const router = new Router({ prefix: ADMIN_API_PATH, sensitive: true, strict: true });
  for (const route of [...ROUTES, openApiRoute]) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const method = route.method.toLowerCase() as Lowercase<typeof route.method>;
    router[method](path, serveRoute(route, { ...options, validators }));
  }
  const dispatch = router.routes() as unknown as Middleware;

  return async (ctx, next) => {
    if (!isBelow(ctx.path)) return next();
    let served = true;
    await dispatch(ctx, async () => {
      served = false;
    });
    if (!served) answerUnrouted(ctx, router);
  };
}

const isBelow = (path: string): boolean =>
  path === ADMIN_API_PATH || path.startsWith(`${ADMIN_API_PATH}/`);

function answerUnrouted(ctx: Context, router: Router): void {
  const layers = router.match(ctx.path, ctx.method).path;
  const allow = [...new Set(layers.flatMap(({ methods }) => methods))].sort();
  answerProblem(
    ctx,
    allow.length === 0 ? { code: 'request.not_found' } : { code: 'request.method', allow },
  );
}
