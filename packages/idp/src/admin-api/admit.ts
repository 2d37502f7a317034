import type { Context } from 'koa';
import { isStoreUnavailable } from '../storage.ts';
import { answerProblem } from './answer-problem.ts';
import type { EngineOptions } from './engine.ts';

/**
 * Makes what lets in whoever holds a scope of the admin audience, for what is no route of the admin API and yet under its guard.
 * Everybody else is answered as there: 401 or 403 with a challenge (RFC 6750 §3).
 */
export const createAdmit =
  (
    scope: `ambit.${string}:${string}`,
    { authenticate, onError }: Pick<EngineOptions, 'authenticate' | 'onError'>,
  ): ((ctx: Context) => Promise<boolean>) =>
  async (ctx) => {
    try {
      const authenticated = await authenticate(ctx);
      if (!authenticated.ok) answerProblem(ctx, authenticated.error);
      else if (authenticated.value.scopes.has(scope)) return true;
      else answerProblem(ctx, { code: 'auth.insufficient_scope', scope });
    } catch (error) {
      onError(error, ctx);
      answerProblem(ctx, {
        code: isStoreUnavailable(error) ? 'server.unavailable' : 'server.error',
      });
    }
    return false;
  };
