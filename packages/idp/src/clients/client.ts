import type { Principal, ScopePolicy, SigningAlg } from '@ambit/scope-catalog';

/** How a client proves who it is; `secret` stands for `client_secret_basic` and `client_secret_post` alike. */
export const CLIENT_AUTHS = [
  'secret',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none', // federated clients alone
] as const;
/** One of {@link CLIENT_AUTHS}. */
export type ClientAuth = (typeof CLIENT_AUTHS)[number];

/** A JSON Web Key Set of public keys (RFC 7517 §5). */
export interface PublicJwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** One live secret of a client, as a keyed hash. Times are milliseconds since the epoch. */
export interface ClientSecret {
  readonly id: string;
  readonly label?: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  /** Coarse: at most once an hour. */
  readonly lastUsedAt?: number;
  /** Name of the key the hash was made with. */
  readonly keyId: string;
  readonly hash: Uint8Array;
}

/** Whether a secret still authenticates its client. */
export const isLiveSecret = (
  { expiresAt }: Pick<ClientSecret, 'expiresAt'>,
  now: number,
): boolean => expiresAt === undefined || now < expiresAt;

/** A resource server a client is the credential of. It binds to both; when the catalog moves either it is suspended. */
export interface ResourceServerBinding {
  readonly name: string;
  readonly audience: string;
}

/** A registered client, everything that decides about it included. Times are milliseconds since the epoch. */
export interface Client extends Principal {
  readonly auth: ClientAuth;
  readonly resourceServers: readonly ResourceServerBinding[];
  readonly defaultScopes: readonly string[];
  readonly scopePolicy: ScopePolicy;
  readonly jwks?: PublicJwks;
  /** RFC 8705 §2.1.2; exactly one of the three for `tls_client_auth`. */
  readonly tlsSubjectDn?: string;
  readonly tlsSanDns?: string;
  readonly tlsSanUri?: string;
  /** The catalog's name of the issuer whose workloads this client stands for. */
  readonly federatedIssuer?: string;
  /** `introspection_signed_response_alg` (RFC 9701 §6). */
  readonly introspectionAlg?: SigningAlg;
  readonly secrets: readonly ClientSecret[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The change that last touched it; its ETag. */
  readonly revision: number;
}
