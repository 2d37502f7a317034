/** An error that the OAuth endpoints answer with. */
export interface OAuthError {
  readonly status: number;
  /** What the caller did, or what went wrong. */
  readonly when: string;
  /** The clause that registers it or gives it this meaning. */
  readonly clause: string;
}

/** Every error code of the OAuth endpoints; the reference page is generated from it. */
export const OAUTH_ERRORS = {
  invalid_request: {
    status: 400,
    when: 'a parameter is missing, repeated, malformed or too long, or the client authenticates in two ways; the subject token of an exchange is not live, not genuine, not for the actor or not what any federation rule is for; 405 where the method is wrong',
    clause: 'RFC 6749 §5.2',
  },
  invalid_client: {
    status: 401,
    when: 'the request carries no client authentication, the client is unknown or disabled, its credential is wrong or has expired, or it is registered for another way to authenticate',
    clause: 'RFC 6749 §5.2',
  },
  invalid_grant: {
    status: 400,
    when: 'a DPoP proof was used before; an assertion is not genuine, was used before where its rule takes it once, or no federation rule is for it',
    clause: 'RFC 6749 §5.2',
  },
  unsupported_grant_type: {
    status: 400,
    when: 'the grant type is none that discovery lists',
    clause: 'RFC 6749 §5.2',
  },
  invalid_scope: {
    status: 400,
    when: 'a scope is unknown, retired, not granted by any role of the client or of another audience, or none was asked for and the client has no default; `scope_errors` says which and why',
    clause: 'RFC 6749 §5.2',
  },
  invalid_target: {
    status: 400,
    when: 'the `resource` is no audience of the active catalog version, or more than one was sent',
    clause: 'RFC 8707 §2',
  },
  invalid_dpop_proof: {
    status: 400,
    when: 'the DPoP proof does not hold, or the resource server takes bound tokens alone and there is no proof',
    clause: 'RFC 9449 §5',
  },
  temporarily_unavailable: {
    status: 503,
    when: 'the store, the audit log or the issuer of a token from elsewhere cannot be reached; 429 where the client has made more requests than its limit, a quota is used up (`scope_errors` says which), or authentication has failed too often from the address as this client; `Retry-After` says when to come again',
    clause: 'RFC 6749 §4.1.2.1',
  },
  server_error: {
    status: 500,
    when: 'something is wrong with Ambit; the log has the cause under the request id',
    clause: 'RFC 6749 §4.1.2.1',
  },
} as const satisfies Readonly<Record<string, OAuthError>>;
