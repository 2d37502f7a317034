import type { WireAssignment, WireSecret } from './clients.ts';

/** Who the caller is, in the server's eyes. */
export interface WhoAmI {
  readonly client_id: string;
  readonly roles: readonly WireAssignment[];
  readonly scopes: readonly string[];
  readonly issuer: string;
  readonly catalog_version: number;
  readonly revision: number;
  readonly server_version: string;
  readonly time: string;
  readonly secrets: readonly WireSecret[];
}

interface RoleFacts {
  readonly role: string;
  readonly description: string;
  readonly inherits: readonly string[];
  readonly scopes: readonly string[];
  readonly built_in: boolean;
}

/** A role of the active version with the number of clients that hold it. */
export interface RoleSummary extends RoleFacts {
  readonly clients: number;
}

/** A role of the active version with the clients that hold it. */
export interface WireRole extends RoleFacts {
  readonly clients: readonly {
    readonly client_id: string;
    readonly until?: string;
    readonly disabled: boolean;
  }[];
}

/** A signing key. Times are RFC 3339. */
export interface WireKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: 'next' | 'active' | 'retired' | 'destroyed';
  readonly created_at: string;
  readonly published_at: string;
  readonly activated_at?: string;
  readonly retired_at?: string;
  readonly destroyed_at?: string;
  readonly may_sign_from?: string;
  /** From when on it may be destroyed, once it is retired. */
  readonly may_destroy_from?: string;
  readonly overdue: boolean;
}

/** How often something happened. */
export interface WireCount {
  readonly name: string;
  readonly count: number;
}

/** What a server has decided lately. Times are RFC 3339. */
export interface WireActivity {
  readonly since: string;
  readonly until: string;
  readonly granted: readonly WireCount[];
  readonly refused: readonly WireCount[];
  /** Tokens, the oldest minute first. */
  readonly issued_by_minute: readonly number[];
  readonly reasons: readonly WireCount[];
  /** How many decisions were asked for, whatever came of them, by clients that had proved who they are. */
  readonly clients: readonly WireCount[];
  readonly slowest: readonly {
    readonly request_id: string;
    readonly time: string;
    readonly event: string;
    readonly client?: string;
    readonly duration_micros: number;
  }[];
}
