import { Ajv } from 'ajv';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { PARAMETER_MAX_LENGTHS } from '../oauth/parameters.ts';
import { externalTokenOf } from './external-token-of.ts';
import { JWT_BEARER } from '../oauth/grant-types.ts';

/** Repetition is judged later. */
const validate = new Ajv({ allErrors: false }).compile({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(PARAMETER_MAX_LENGTHS).map(([name, maxLength]) => {
      const schema = { type: 'string', maxLength };
      return [name, { anyOf: [schema, { type: 'array', maxItems: 16, items: schema }] }];
    }),
  ),
});

/**
 * Refuses what is wrong with a request whoever sent it (RFC 6749 §5.2).
 *
 * 1. A parameter is longer than any honest one: `invalid_request`. A token that somebody asks about is then no token,
 *    which is an answer (RFC 7662 §2.2).
 * 2. Nothing says who the client is, a token from elsewhere neither: `invalid_client`, where the library would say
 *    `invalid_request`; but `invalid_request` of the jwt-bearer grant, which wants an assertion and no more (RFC 7521 §4.1).
 */
export function checkParameters(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  // What the library knows and the request lacks is there as undefined, which the schema passes over.
  const parameters: Readonly<Record<string, unknown>> = ctx.oidc.params ?? {};
  const { token, ...others } = parameters;
  const isAnswered = ctx.oidc.route === 'introspection' && typeof token === 'string';
  if (!validate(isAnswered ? others : parameters)) {
    const name = validate.errors?.[0]?.instancePath.split('/')[1] ?? 'a parameter';
    const limit = PARAMETER_MAX_LENGTHS[name as keyof typeof PARAMETER_MAX_LENGTHS];
    throw new errors.InvalidRequest(`${name} is too long: ${limit} characters at most`);
  }
  const { client_id: clientId, client_assertion: assertion, grant_type: grantType } = parameters;
  const anonymous = ctx.headers.authorization === undefined && !clientId && !assertion;
  if (anonymous && externalTokenOf(ctx) === undefined) {
    if (grantType === JWT_BEARER) throw new errors.InvalidRequest('one assertion is needed');
    throw new errors.InvalidClientAuth('the request carries no client authentication');
  }
  return next();
}
