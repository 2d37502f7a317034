import { Ajv } from 'ajv';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { externalTokenOf } from './external-token-of.ts';
import { JWT_BEARER } from './grant-types.ts';
import { TOKEN_MAX_LENGTH } from '../tokens/token-verifier.ts';

const text = (maxLength: number) => ({ type: 'string', maxLength });

/**
 * The longest values that the endpoints accept; what is longer cannot be meant seriously. Repetition is judged later.
 */
const PARAMETERS: Readonly<Record<string, { maxLength: number }>> = {
  grant_type: text(128),
  client_id: text(128),
  client_secret: text(512),
  client_assertion: text(TOKEN_MAX_LENGTH),
  client_assertion_type: text(128),
  scope: text(16_384),
  resource: text(2048),
  audience: text(2048),
  subject_token: text(TOKEN_MAX_LENGTH),
  subject_token_type: text(128),
  assertion: text(TOKEN_MAX_LENGTH),
  actor_token: text(TOKEN_MAX_LENGTH),
  actor_token_type: text(128),
  requested_token_type: text(128),
  token: text(TOKEN_MAX_LENGTH),
  token_type_hint: text(128),
};

const validate = new Ajv({ allErrors: false }).compile({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(PARAMETERS).map(([name, schema]) => [
      name,
      { anyOf: [schema, { type: 'array', maxItems: 16, items: schema }] },
    ]),
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
    const limit = PARAMETERS[name]?.maxLength ?? 0;
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
