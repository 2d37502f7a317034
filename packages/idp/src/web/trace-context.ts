import type { Context } from 'koa';

/** A `traceparent` of any version, as far as all of them begin (W3C Trace Context §3.2.2). */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?<traceId>[0-9a-f]{32})-(?<parentId>[0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;

const ZEROES = /^0+$/;

/** The trace that a request says it is part of; absent where it says none, or not as it should. */
export function traceIdOf(ctx: Context): string | undefined {
  const { traceId = '0', parentId = '0' } = TRACEPARENT.exec(ctx.get('traceparent'))?.groups ?? {};
  return ZEROES.test(traceId) || ZEROES.test(parentId) ? undefined : traceId;
}
