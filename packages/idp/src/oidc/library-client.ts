import { randomBytes } from 'node:crypto';
import { present } from '@ambit/scope-catalog';
import type { Client as LibraryClient, ClientMetadata } from 'oidc-provider';
import { JWT_BEARER, TOKEN_EXCHANGE } from '../oauth/grant-types.ts';
import type { Client } from '../clients/client.ts';

const registered = new WeakMap<LibraryClient, Client>();

/** Ties the library's view of a client to the client it stands for. */
export function tieClient(view: LibraryClient, client: Client): void {
  registered.set(view, client);
}

/** The client behind the library's view of it; throws when there is none, which is a bug. */
export function registeredClient(view: LibraryClient | undefined): Client {
  const client = view && registered.get(view);
  if (!client) throw new Error('the library holds a client that was never registered');
  return client;
}

/** What stands where the library wants a secret to be: nobody knows it, and nothing is compared with it. */
const placeholderSecret = randomBytes(32).toString('base64url');

/** Whether the library takes a client for one with a secret. */
export const passesForSecret = ({ auth }: Client): boolean => auth === 'secret' || auth === 'none';

/** Whether a client may come to the endpoints itself; a disabled or federated one may not. */
export const mayAuthenticate = (client: Client, mtls: boolean): boolean =>
  client.enabled && client.auth !== 'none' && (mtls || !client.auth.endsWith('tls_client_auth'));

/**
 * A client in the library's terms (RFC 7591 §2). Scopes stay out of it: the catalog decides them.
 *
 * A federated client passes for one with a secret that nobody knows; the library is never asked to authenticate it.
 */
export function libraryMetadata(client: Client): ClientMetadata {
  const secret = passesForSecret(client);
  const certificateBound = client.auth.endsWith('tls_client_auth');
  return {
    client_id: client.clientId,
    ...(secret ? { client_secret: placeholderSecret } : {}),
    token_endpoint_auth_method: secret ? 'client_secret_basic' : (client.auth as never),
    grant_types: ['client_credentials', TOKEN_EXCHANGE, JWT_BEARER],
    response_types: [],
    redirect_uris: [],
    ...(certificateBound ? { tls_client_certificate_bound_access_tokens: true } : {}),
    ...present({
      jwks: client.jwks as never,
      tls_client_auth_subject_dn: client.tlsSubjectDn,
      tls_client_auth_san_dns: client.tlsSanDns,
      tls_client_auth_san_uri: client.tlsSanUri,
      introspection_signed_response_alg: client.introspectionAlg,
    }),
  };
}
