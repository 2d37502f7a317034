/** Paths of the OAuth endpoints, below the issuer. */
export const ENDPOINTS = {
  token: '/oauth2/token',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  jwks: '/oauth2/jwks',
} as const;
