/** A role that a client holds, for good or until a time. */
export interface RoleAssignment {
  readonly role: string;
  /** Milliseconds since the epoch from which it no longer holds; absent when it holds for good. */
  readonly until?: number;
}

/** Whoever a decision is about. Principals are clients: `sub` = `client_id`. */
export interface Principal {
  readonly clientId: string;
  /** A disabled client is entitled to nothing. */
  readonly enabled: boolean;
  readonly assignments: readonly RoleAssignment[];
}
