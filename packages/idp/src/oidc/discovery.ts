import type { Snapshot } from '../snapshot/snapshot.ts';

/** What discovery tells (RFC 8414 §2); everything else the library would say is about endpoints Ambit does not have. */
const MEMBERS = [
  'issuer',
  'token_endpoint',
  'introspection_endpoint',
  'revocation_endpoint',
  'jwks_uri',
  'grant_types_supported',
  'response_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'introspection_signing_alg_values_supported',
  'dpop_signing_alg_values_supported',
  'tls_client_certificate_bound_access_tokens',
] as const;

/**
 * The discovery document, from the library's: only what works is promised, and the scopes are those of the active
 * catalog version. Introspection and revocation authenticate clients as the token endpoint does (RFC 8414 §2).
 */
export function discoveryDocument(
  library: Readonly<Record<string, unknown>>,
  snapshot: Snapshot,
): Record<string, unknown> {
  const document: Record<string, unknown> = Object.fromEntries(
    MEMBERS.filter((name) => library[name] !== undefined).map((name) => [name, library[name]]),
  );
  const methods = library['token_endpoint_auth_methods_supported'];
  const algs = library['token_endpoint_auth_signing_alg_values_supported'];
  return {
    ...document,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: algs,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algs,
    scopes_supported: [...snapshot.catalog.compiled.scopes.keys()].sort(),
  };
}
