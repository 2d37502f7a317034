import type { KoaContextWithOIDC } from 'oidc-provider';
import { decodeToken } from '../federation/external-token.ts';
import { JWT_BEARER, TOKEN_EXCHANGE } from '../oauth/grant-types.ts';
import { requestState } from '../oauth/request-state.ts';
import { TOKEN_TYPES } from '../oauth/token-types.ts';

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
    case TOKEN_TYPES.idToken:
      return token;
    case TOKEN_TYPES.jwt:
      return isOurs(ctx, token) ? undefined : token;
    default:
      return undefined;
  }
}

/** Whether a token says that it is one of ours: asked at several steps of a request, and read at the first of them. */
function isOurs(ctx: KoaContextWithOIDC, token: string): boolean {
  const state = requestState(ctx);
  if (state.subjectToken?.value !== token) {
    const ours = decodeToken(token)?.claims['iss'] === ctx.oidc.provider.issuer;
    state.subjectToken = { value: token, ours };
  }
  return state.subjectToken.ours;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
