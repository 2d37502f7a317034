import { err, ok, present } from '@ambit/scope-catalog';
import type { NamedTarget, Result } from '@ambit/scope-catalog';
import { TOKEN_TYPES } from './token-types.ts';

/** What a token exchange asks for, whatever is shown for it. */
export interface ExchangeTarget extends NamedTarget {
  readonly scope?: string;
}

/** A token exchange as it is asked for (RFC 8693 §2.1). */
export interface AskedExchange extends ExchangeTarget {
  readonly subjectToken: string;
  readonly actorToken?: string;
}

/** What is wrong with the parameters of a token exchange. */
export type ExchangeFault =
  | 'subject_token_missing'
  | 'subject_token_type'
  | 'requested_token_type'
  | 'actor_token_type'
  | 'actor_token_missing'; // its type is there

/** The parameters of a request; those that may be repeated are lists where they are. */
export type ExchangeParameters = Readonly<Record<string, unknown>>;

/** Reads a token exchange; the first fault of it, in the order of {@link ExchangeFault}. */
export function readExchange(parameters: ExchangeParameters): Result<AskedExchange, ExchangeFault> {
  const { subject_token: subjectToken, actor_token: actorToken } = parameters;
  const actorTokenType = parameters['actor_token_type'];
  if (typeof subjectToken !== 'string') return err('subject_token_missing');
  if (!isOurType(parameters['subject_token_type'])) return err('subject_token_type');
  const target = readTarget(parameters);
  if (!target.ok) return target;
  if (typeof actorToken !== 'string') {
    return actorTokenType === undefined
      ? ok({ subjectToken, ...target.value })
      : err('actor_token_missing');
  }
  if (!isOurType(actorTokenType)) return err('actor_token_type');
  return ok({ subjectToken, actorToken, ...target.value });
}

/** Reads what a token exchange asks for. */
export function readTarget(
  parameters: ExchangeParameters,
): Result<ExchangeTarget, 'requested_token_type'> {
  const { requested_token_type: requested, scope, resource, audience } = parameters;
  if (requested !== undefined && !isOurType(requested)) return err('requested_token_type');
  return ok({
    ...present({ scope: typeof scope === 'string' ? scope : undefined }),
    resources: listOf(resource),
    audiences: listOf(audience),
  });
}

/** Access tokens of Ambit's are JWTs, so either name means the same (RFC 8693 §3). */
const isOurType = (type: unknown): boolean =>
  type === TOKEN_TYPES.accessToken || type === TOKEN_TYPES.jwt;

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : ([value].flat() as string[]);
