import { redact } from '../log/redact.ts';
import type { Page } from '../page.ts';
import type { AuditFilter, AuditPage, AuditStore } from './ports.ts';
import type { AuditEntry, AuditRecord } from './record.ts';

/** The audit log as those see it who may read it. */
export interface AuditService {
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /** What was written after a record, in that order. */
  listAfter(filter: AuditFilter, after: number, limit: number): Promise<readonly AuditRecord[]>;
  /** Keeps an attempt that an edge has turned away, before any service saw it. */
  recordRefusal(entry: Omit<AuditEntry, 'decision' | 'time'>): Promise<void>;
}

/** Makes the audit service. */
export const createAuditService = (deps: {
  readonly audit: AuditStore;
  readonly clock: () => number;
}): AuditService => ({
  list: (filter, page) => deps.audit.list(filter, page),
  listAfter: (filter, after, limit) => deps.audit.listAfter(filter, after, limit),
  recordRefusal: (entry) =>
    deps.audit.append({
      ...(redact(entry) as typeof entry),
      time: deps.clock(),
      decision: 'refused',
    }),
});
