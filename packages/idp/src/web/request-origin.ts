import type { Context } from 'koa';
import type { RequestOrigin } from '../request.ts';

/** Notes where a request comes from, as soon as it is there. */
export function noteOrigin(ctx: Context, origin: RequestOrigin): void {
  ctx.state['origin'] = origin;
}

/** Where a request comes from; throws when nobody has noted it, which is a bug. */
export function requestOrigin(ctx: Context): RequestOrigin {
  const origin = ctx.state['origin'] as RequestOrigin | undefined;
  if (origin === undefined) throw new Error('the origin of the request was never noted');
  return origin;
}
