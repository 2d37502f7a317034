import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { redact } from '../log/redact.ts';
import type { Page } from '../page.ts';
import type { DecisionLog } from './decision-log.ts';
import type { AuditFilter, AuditNews, AuditPage, AuditPosition, AuditStore } from './ports.ts';
import type { AuditEntry, AuditRecord } from './record.ts';

/** Why there is no such record: there never was one, or it has been dropped. */
export interface AuditLookupRefusal {
  readonly code: 'audit.not_found';
  readonly id: number;
}

/** How many records are read in one go by whoever reads all of them. */
const READ_AT_ONCE = 200;

/** The audit log as those see it who may read it. */
export interface AuditService {
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /** See {@link AuditStore.listAfter}. */
  listAfter(filter: AuditFilter, after: AuditPosition, limit: number): Promise<AuditNews>;
  /** The position of what is written by now. */
  position(): Promise<AuditPosition>;
  find(id: number): Promise<Result<AuditRecord, AuditLookupRefusal>>;
  /** Every record that passes a filter, oldest first, a portion at a time. */
  read(filter: AuditFilter): AsyncIterable<readonly AuditRecord[]>;
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
  async position() {
    const chains = await deps.audit.chains();
    const written = chains.filter(({ head }) => head.sequence > 0);
    return new Map(written.map(({ writer, head }) => [writer, head.sequence]));
  },
  async find(id) {
    const record = await deps.audit.find(id);
    return record === undefined ? err({ code: 'audit.not_found', id }) : ok(record);
  },
  async *read(filter) {
    for (let from: AuditPage['from']; ;) {
      const page = { limit: READ_AT_ONCE, order: 'oldest-first', ...present({ from }) } as const;
      const records = await deps.audit.read(filter, page);
      if (records.length > 0) yield records;
      const last = records[READ_AT_ONCE - 1];
      if (last === undefined) return;
      from = { time: last.time, id: last.id };
      await new Promise((resolve) => setImmediate(resolve)); // others want a turn as well
    }
  },
  recordRefusal: (entry, { proven } = { proven: true }) =>
    deps.decisions.record({
      entry: { ...(redact(entry) as typeof entry), time: deps.clock(), decision: 'refused' },
      proven,
    }),
});
