import type { Context } from 'koa';
import type { AuditService } from '../audit/audit-service.ts';
import type { AuditEvent } from '../audit/events.ts';
import { requestFacts } from '../request.ts';
import { isStoreUnavailable } from '../storage.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { answerProblem } from './answer-problem.ts';
import type { EngineOptions } from './engine.ts';
import type { Problem } from './problem.ts';

/** What admission takes. */
export interface AdmitOptions extends Pick<EngineOptions, 'authenticate' | 'requests' | 'onError'> {
  readonly audit: Pick<AuditService, 'recordRefusal'>;
}

/**
 * Makes what lets in whoever holds a scope of the admin audience, for what is no route of the admin API and yet under its guard.
 * Everybody else is answered as there: 401 or 403 with a challenge (RFC 6750 §3), or 429 where a client asks too often.
 */
export function createAdmit(
  scope: `ambit.${string}:${string}`,
  { authenticate, requests, audit, onError }: AdmitOptions,
): (ctx: Context) => Promise<boolean> {
  const refuse = async (ctx: Context): Promise<Problem | undefined> => {
    const authenticated = await authenticate(ctx);
    if (!authenticated.ok) {
      const { code } = authenticated.error;
      const facts = requestFacts(requestOrigin(ctx));
      await audit.recordRefusal(
        { event: 'admin.refused', ...facts, reason: code },
        { proven: false },
      );
      return authenticated.error;
    }
    const { scopes, principal, request } = authenticated.value;
    const record = (event: AuditEvent, reason: string): Promise<void> =>
      audit.recordRefusal({
        event,
        ...requestFacts(request),
        actor: principal.clientId,
        reason,
        detail: `${ctx.method} ${ctx.path.slice(0, 300)}`,
      });
    const counted = await requests.count(principal.clientId);
    if (counted?.exceeded) {
      await record('token.limited', 'request.limited');
      const { limit, windowSeconds, resetsInSeconds: retryAfterSeconds } = counted;
      return { code: 'request.limited', limit, windowSeconds, retryAfterSeconds };
    }
    if (scopes.has(scope)) return undefined;
    await record('admin.refused', 'auth.insufficient_scope');
    return { code: 'auth.insufficient_scope', scope };
  };

  return async (ctx) => {
    try {
      const problem = await refuse(ctx);
      if (problem === undefined) return true;
      answerProblem(ctx, problem);
    } catch (error) {
      onError(error, ctx);
      answerProblem(ctx, {
        code: isStoreUnavailable(error) ? 'server.unavailable' : 'server.error',
      });
    }
    return false;
  };
}
