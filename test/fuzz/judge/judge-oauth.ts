import type { DelegationScopeReason, RefusalReason } from '@ambit/scope-catalog';
import { OAUTH_ERRORS } from '../../../packages/idp/src/oidc/oauth-errors.ts';
import { fieldOf } from '../connections.ts';
import type { Answer } from '../connections.ts';

type Told = Readonly<Record<string, unknown>>;

/** The characters of an error description (RFC 6749 §5.2). */
const DESCRIPTION = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

/** Errors that come with a second status. */
const ALSO: Readonly<Record<number, string>> = {
  405: 'invalid_request',
  429: 'temporarily_unavailable',
};

/** Why a scope is refused; complete by the compiler. */
const REASONS: Readonly<Record<RefusalReason | DelegationScopeReason, true>> = {
  unknown: true,
  not_entitled: true,
  beyond_rule: true,
  retired: true,
  other_audience: true,
  reserved: true,
  not_delegated: true,
  not_held: true,
  too_deep: true,
  barred: true,
};

/**
 * What an answer of an OAuth endpoint breaks: a refusal is JSON with a registered `error`, the status that goes with it
 * and a description in the characters of RFC 6749 §5.2.
 */
export function judgeOAuth(answer: Answer): string[] {
  const { status, body } = answer;
  const type = fieldOf(answer, 'content-type') ?? '';
  if (status < 300) return judgeSuccess(type, body);
  if (!/^application\/json/.test(type)) return [`a refusal as ${type}`];
  const told = JSON.parse(Buffer.from(body, 'latin1').toString()) as Told;
  const { error, error_description: description, scope_errors: scopeErrors } = told;
  const known = Object.entries(OAUTH_ERRORS).find(([code]) => code === error)?.[1];
  const surplus = Object.keys(told).filter(
    (name) => !['error', 'error_description', 'scope_errors'].includes(name),
  );
  return [
    ...(known ? [] : [`the error is \`${String(error)}\``]),
    ...(known && known.status !== status && ALSO[status] !== error
      ? [`${String(status)} for ${String(error)}`]
      : []),
    ...(typeof description === 'string' && DESCRIPTION.test(description)
      ? []
      : [`the description is ${JSON.stringify(description)}`]),
    ...(fieldOf(answer, 'cache-control') === 'no-store' ? [] : ['a refusal that may be cached']),
    ...surplus.map((name) => `the member ${name} is told`),
    ...(scopeErrors === undefined ? [] : judgeScopeErrors(scopeErrors)),
  ];
}

function judgeSuccess(type: string, body: string): string[] {
  if (/^application\/token-introspection\+jwt/.test(type)) {
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(body) ? [] : ['an introspection that is no JWT'];
  }
  if (!/^application\/(?:[\w-]+\+)?json/.test(type)) return [`a success as ${type}`];
  if (body !== '') JSON.parse(body);
  return [];
}

function judgeScopeErrors(told: unknown): string[] {
  if (!Array.isArray(told) || told.length === 0 || told.length > 20) {
    return ['scope_errors is no list of 1 to 20'];
  }
  return (told as Told[])
    .filter(
      ({ scope, reason }) => typeof scope !== 'string' || !Object.hasOwn(REASONS, String(reason)),
    )
    .map((entry) => `the scope error is ${JSON.stringify(entry)}`);
}
