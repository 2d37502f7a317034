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

/** A place in the log as it is listed: by time, and by id among records of one millisecond. */
export interface AuditPlace {
  readonly time: number;
  readonly id: number;
}

/** A page in the order of time; `from` is the last record of the page before. */
export interface AuditPage {
  readonly limit: number;
  readonly order: 'oldest-first' | 'newest-first';
  readonly from?: AuditPlace;
}

/** Up to how many records a list counts; a page of more says that there are at least so many. */
export const COUNTED_MOST = 10_000;

/** Keeps the audit log, which only ever grows. */
export interface AuditStore {
  /**
   * Appends an entry; inside a transaction it is committed with what it records, outside in one of its own. An exchange's
   * derivation is committed with it.
   */
  append(entry: AuditEntry, derivation?: Derivation): Promise<void>;
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /** What has come since: records whose id is greater, in the order in which they were written. */
  listAfter(filter: AuditFilter, after: number, limit: number): Promise<readonly AuditRecord[]>;
  /** The record of a token's issuance. */
  findIssuance(jti: string): Promise<AuditRecord | undefined>;
}
