import type { KoaContextWithOIDC } from 'oidc-provider';
import { decodeToken } from '../federation/external-token.ts';
import { JWT_BEARER, TOKEN_EXCHANGE } from './grant-types.ts';

/** Token types of RFC 8693 §3 that an external token may be presented as. */
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/**
 * The token from elsewhere that a token request rests on: the assertion of the jwt-bearer grant (RFC 7523 §2.1), or a
 * subject token that is a JWT and not one of ours (RFC 8693 §2.1). Undefined for every other request.
 */
export function externalTokenOf(ctx: KoaContextWithOIDC): string | undefined {
  const { grant_type: grantType, ...parameters } = (ctx.oidc.params ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (grantType === JWT_BEARER) return textOf(parameters['assertion']);
  const token = textOf(parameters['subject_token']);
  if (grantType !== TOKEN_EXCHANGE || token === undefined) return undefined;
  switch (parameters['subject_token_type']) {
    case ID_TOKEN:
      return token;
    case JWT:
      return decodeToken(token)?.claims['iss'] === ctx.oidc.provider.issuer ? undefined : token;
    default:
      return undefined;
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
