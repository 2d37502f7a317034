import type { TokenDecision } from './decide-token.ts';

/** What introspection says of a token that is active (RFC 7662 §2.2): its claims, and of its scopes those that are live. */
export const introspectionOf = ({
  token: { claims },
  liveness,
}: Extract<TokenDecision, { readonly active: true }>): Readonly<Record<string, unknown>> => ({
  ...claims,
  active: true,
  scope: liveness.scopes.join(' '),
  token_type: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP',
});
