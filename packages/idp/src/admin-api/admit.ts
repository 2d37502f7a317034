import type { Context } from 'koa';
import { isStoreUnavailable } from '../storage.ts';
import { createAdmission } from './admission.ts';
import type { AdmissionOptions, Admitted } from './admission.ts';
import { answerProblem } from './answer-problem.ts';
import type { EngineOptions } from './engine.ts';

/** What the guard takes. */
export type AdmitOptions = AdmissionOptions & Pick<EngineOptions, 'onError'>;

/**
 * Makes what lets in whoever holds a scope of the admin audience, for what is no route of the admin API and yet under its guard.
 * Everybody else is answered as there: 401 or 403 with a challenge (RFC 6750 §3), or 429 where a client asks too often.
 */
export function createAdmit(
  scope: Admitted['scope'],
  { onError, ...options }: AdmitOptions,
): (ctx: Context) => Promise<boolean> {
  const admit = createAdmission(options);
  return async (ctx) => {
    try {
      const admitted = await admit(ctx, { scope });
      if (admitted.ok) return true;
      answerProblem(ctx, admitted.error);
    } catch (error) {
      onError(error, ctx);
      answerProblem(ctx, {
        code: isStoreUnavailable(error) ? 'server.unavailable' : 'server.error',
      });
    }
    return false;
  };
}
