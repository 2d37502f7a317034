/** A role that a client holds. `until` is RFC 3339. */
export interface WireAssignment {
  readonly role: string;
  readonly until?: string;
  /** The active version has no such role. */
  readonly dormant?: boolean;
}

/** A resource server that a client is the credential of. */
export interface WireBinding {
  readonly name: string;
  readonly audience: string;
  readonly suspended: boolean;
}

/** A registered client. Times are RFC 3339. */
export interface WireClient {
  readonly client_id: string;
  readonly enabled: boolean;
  readonly auth: string;
  readonly roles: readonly WireAssignment[];
  readonly resource_servers: readonly WireBinding[];
  readonly default_scopes: readonly string[];
  readonly scope_policy: string;
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly tls_subject_dn?: string;
  readonly tls_san_dns?: string;
  readonly tls_san_uri?: string;
  readonly federated?: string;
  readonly introspection_alg?: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly revision: number;
}

/** A client just registered; `client_secret` is told this once. */
export interface CreatedClient extends WireClient {
  readonly client_secret?: string;
}

/** A secret of a client, without the secret itself. */
export interface WireSecret {
  readonly id: string;
  readonly label?: string;
  readonly created_at: string;
  readonly expires_at?: string;
  readonly last_used_at?: string;
}

/** A secret just made; `client_secret` is told this once. */
export interface CreatedSecret {
  readonly id: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly label?: string;
  readonly expires_at?: string;
}

/** The roles a client holds now. */
export interface ClientRoles {
  readonly client_id: string;
  readonly roles: readonly WireAssignment[];
}
