import type { Derivation } from '../delegation/ports.ts';
import type { Page } from '../page.ts';
import type { AuditEvent } from './events.ts';
import type { AuditDecision, AuditEntry, AuditRecord } from './record.ts';

/** What to list; every field narrows. Times are milliseconds since the epoch, `since` inclusive, `until` exclusive. */
export interface AuditFilter {
  readonly client?: string;
  readonly subject?: string;
  readonly event?: AuditEvent;
  readonly decision?: AuditDecision;
  readonly scope?: string;
  readonly jti?: string;
  readonly requestId?: string;
  readonly since?: number;
  readonly until?: number;
}

/** A page by record id: `after` goes forward in time (oldest first), `before` backward (newest first). */
export interface AuditPage {
  readonly limit: number;
  readonly order: 'oldest-first' | 'newest-first';
  readonly after?: number;
  readonly before?: number;
}

/** Keeps the audit log, which only ever grows. */
export interface AuditStore {
  /**
   * Appends an entry; inside a transaction it is committed with what it records, outside in one of its own. An exchange's
   * derivation is committed with it.
   */
  append(entry: AuditEntry, derivation?: Derivation): Promise<void>;
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /** The record of a token's issuance. */
  findIssuance(jti: string): Promise<AuditRecord | undefined>;
}
