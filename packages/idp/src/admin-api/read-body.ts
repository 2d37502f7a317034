import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { ProblemOf } from './problem.ts';

type BodyProblem = ProblemOf<'request.not_json' | 'request.media_type' | 'request.too_large'>;

/** Reads a JSON body of at most `limit` bytes; undefined when the request has none. */
export async function readJsonBody(
  ctx: Context,
  limit: number,
): Promise<Result<unknown, BodyProblem>> {
  if (Number(ctx.get('Content-Length')) > limit) return tooLarge(ctx, limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return tooLarge(ctx, limit);
    chunks.push(chunk);
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

/** What is still to come of it is not read, so the connection cannot go on. */
function tooLarge(ctx: Context, limit: number): Result<never, BodyProblem> {
  ctx.set('Connection', 'close');
  return err({ code: 'request.too_large', limit });
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
