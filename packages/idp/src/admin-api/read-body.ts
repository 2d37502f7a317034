import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { ProblemOf } from './problem.ts';

type BodyProblem = ProblemOf<'request.not_json' | 'request.media_type' | 'request.too_large'>;

/** How many times the limit is read, and dropped, of a body that is too large, before its sender is hung up on. */
const PATIENCE = 4;

/**
 * Reads a JSON body of at most `limit` bytes; undefined when the request has none.
 *
 * Of a larger body no more is kept, but it is heard out in reason: who is hung up on while sending never sees the
 * answer.
 */
export async function readJsonBody(
  ctx: Context,
  limit: number,
): Promise<Result<unknown, BodyProblem>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const body = ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > PATIENCE * limit) break;
      if (size <= limit) chunks.push(chunk);
    }
  } catch {
    return err({ code: 'request.not_json' }); // who breaks off in the middle does not see this
  }
  if (size > limit) {
    if (!ctx.req.readableEnded) ctx.set('Connection', 'close');
    return err({ code: 'request.too_large', limit });
  }
  if (size === 0) return ok(undefined);
  if (!isPlainJson(ctx)) return err({ code: 'request.media_type' });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err({ code: 'request.not_json' });
  }
}

function isPlainJson(ctx: Context): boolean {
  const [type = '', ...parameters] = ctx.get('Content-Type').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim().replaceAll('"', ''));
  const encoding = ctx.get('Content-Encoding').toLowerCase();
  return (
    type.trim() === 'application/json' &&
    charset.every(
      (parameter) => !parameter.startsWith('charset=') || parameter === 'charset=utf-8',
    ) &&
    (encoding === '' || encoding === 'identity')
  );
}
