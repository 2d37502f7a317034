import { present } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import { redact } from '../log/redact.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { describeProblem, PROBLEMS } from './problems.ts';
import type { Problem, WireProblem } from './problem.ts';

/** Answers a problem as RFC 9457 has it, with the challenge of RFC 6750 §3 where it is one of authority. */
export function answerProblem(ctx: Context, problem: Problem): void {
  const { status, title } = PROBLEMS[problem.code];
  const { detail, hint } = describeProblem(problem);
  // A problem names what was asked for, which a slip of the hand makes a secret.
  const wire = redact({
    type: `urn:ambit:problem:${problem.code}`,
    title,
    status,
    detail,
    ...present({ hint }),
    code: problem.code,
    request_id: requestOrigin(ctx).id,
    ...(problem.code === 'catalog.invalid' ? { findings: problem.findings } : {}),
    ...(problem.code === 'request.malformed' ? { errors: problem.errors } : {}),
  } satisfies WireProblem) as WireProblem;
  const challenge = challengeOf(problem, wire.detail);
  if (challenge !== undefined) ctx.set('WWW-Authenticate', challenge);
  if (problem.code === 'request.method') ctx.set('Allow', problem.allow.join(', '));
  if (problem.code === 'server.unavailable') ctx.set('Retry-After', '5');
  if ('retryAfterSeconds' in problem) ctx.set('Retry-After', String(problem.retryAfterSeconds));
  ctx.remove('ETag');
  ctx.status = status;
  ctx.body = JSON.stringify(wire);
  ctx.type = 'application/problem+json';
}

function challengeOf(problem: Problem, detail: string): string | undefined {
  switch (problem.code) {
    case 'auth.missing':
      return 'Bearer realm="ambit"';
    case 'auth.invalid':
      return challenge(problem.scheme ?? 'Bearer', 'invalid_token', detail);
    // Not a 401, and yet another token is what helps (RFC 9110 §11.6.1).
    case 'auth.limited':
      return challenge('Bearer', 'invalid_token', detail);
    case 'auth.insufficient_scope':
    case 'actor.scope_missing':
      return `${challenge('Bearer', 'insufficient_scope', detail)}, scope="${problem.scope}"`;
    default:
      return undefined;
  }
}

/** A challenge whose description keeps to the characters of RFC 6750 §3. */
const challenge = (scheme: string, error: string, description: string): string =>
  `${scheme} realm="ambit", error="${error}", error_description="${description.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, ' ')}"`;
