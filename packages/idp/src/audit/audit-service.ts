import { redact } from '../log/redact.ts';
import type { Page } from '../page.ts';
import type { DecisionLog } from './decision-log.ts';
import type { AuditFilter, AuditPage, AuditStore } from './ports.ts';
import type { AuditEntry, AuditRecord } from './record.ts';

/** The audit log as those see it who may read it. */
export interface AuditService {
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /** What was written after a record, in that order. */
  listAfter(filter: AuditFilter, after: number, limit: number): Promise<readonly AuditRecord[]>;
  /** Keeps an attempt that an edge has turned away, before any service saw it. */
  recordRefusal(
    entry: Omit<AuditEntry, 'decision' | 'time'>,
    options?: RefusalOptions,
  ): Promise<void>;
}

/** How a refusal is kept. */
export interface RefusalOptions {
  /** Whether whoever was turned away had proved who they are; those who had not may be counted together. */
  readonly proven: boolean;
}

/** Makes the audit service. */
export const createAuditService = (deps: {
  readonly audit: AuditStore;
  readonly decisions: Pick<DecisionLog, 'record'>;
  readonly clock: () => number;
}): AuditService => ({
  list: (filter, page) => deps.audit.list(filter, page),
  listAfter: (filter, after, limit) => deps.audit.listAfter(filter, after, limit),
  recordRefusal: (entry, { proven } = { proven: true }) =>
    deps.decisions.record({
      entry: { ...(redact(entry) as typeof entry), time: deps.clock(), decision: 'refused' },
      proven,
    }),
});
