import { err } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { Actor } from '../actor.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { RequestLimit } from '../limits/request-limit.ts';
import { requestFacts } from '../request.ts';
import { limitFields } from '../web/limit-fields.ts';
import { requestOrigin } from '../web/request-origin.ts';
import type { Authenticate } from './ports.ts';
import type { Problem } from './problem.ts';

/** What admission takes. */
export interface AdmissionOptions {
  readonly authenticate: Authenticate;
  /** Counts the requests of whoever is authenticated. */
  readonly requests: RequestLimit;
  readonly audit: Pick<AuditService, 'recordRefusal'>;
}

/** What whoever comes in must hold: one scope of the admin audience, or any token for it. */
export interface Admitted {
  readonly scope: 'any' | `ambit.${string}:${string}`;
  /** As what it is recorded that the scope was lacking; `admin.refused` by default. */
  readonly event?: AuditEvent | undefined;
}

/**
 * Makes what lets callers of the admin API in: who asks, whether they ask too often, whether they may. Whoever is kept out
 * leaves a record, and limits are told in the header fields of the answer.
 */
export function createAdmission({
  authenticate,
  requests,
  audit,
}: AdmissionOptions): (ctx: Context, admitted: Admitted) => Promise<Result<Actor, Problem>> {
  return async (ctx, { scope, event = 'admin.refused' }) => {
    const authenticated = await authenticate(ctx);
    if (!authenticated.ok) {
      const facts = requestFacts(requestOrigin(ctx));
      const { code: reason } = authenticated.error;
      await audit.recordRefusal({ event: 'admin.refused', ...facts, reason }, { proven: false });
      return authenticated;
    }
    const { scopes, principal, request } = authenticated.value;
    const record = (of: AuditEvent, reason: string, needs = ''): Promise<void> =>
      audit.recordRefusal({
        event: of,
        ...requestFacts(request),
        actor: principal.clientId,
        reason,
        detail: `${ctx.method} ${ctx.path.slice(0, 300)}${needs}`,
      });
    const counted = await requests.count(principal.clientId);
    if (counted) ctx.set(limitFields([counted]));
    if (counted?.exceeded) {
      await record('token.limited', 'request.limited');
      const { limit, windowSeconds, resetsInSeconds: retryAfterSeconds } = counted;
      return err({ code: 'request.limited', limit, windowSeconds, retryAfterSeconds });
    }
    if (scope === 'any' || scopes.has(scope)) return authenticated;
    await record(event, 'auth.insufficient_scope', ` needs ${scope}`);
    return err({ code: 'auth.insufficient_scope', scope });
  };
}
