import type { AuditEntry } from '../audit/record.ts';
import type { AuditStore } from '../audit/ports.ts';
import type { Storage } from '../storage.ts';
import type { Metrics } from './create-metrics.ts';

/** Who is told of decisions and of what became of their records. */
export interface DecisionObserver {
  readonly decided: (entry: AuditEntry) => void;
  readonly settled: Metrics['observeRecords'];
}

/**
 * The same storage, which tells of every decision that is to be recorded in it. One that stands alone is told of before its record
 * is written; a change is no decision before it has committed.
 */
export function observeDecisions(
  storage: Storage,
  { decided, settled }: DecisionObserver,
): Storage {
  const { audit } = storage.read;
  const append: AuditStore['append'] = (entry, derivation) => {
    decided(entry);
    const written = audit.append(entry, derivation);
    written.then(
      () => {
        settled('recorded');
      },
      () => {
        settled('failed');
      },
    );
    return written;
  };
  return {
    ...storage,
    read: { ...storage.read, audit: { ...audit, append } },
    async transaction(work, urgency) {
      const entries: AuditEntry[] = [];
      const result = await storage.transaction((tx) => {
        entries.length = 0; // work that others came in the way of is done again
        return work({
          ...tx,
          audit: {
            ...tx.audit,
            async append(entry, derivation) {
              await tx.audit.append(entry, derivation);
              entries.push(entry);
            },
          },
        });
      }, urgency);
      for (const entry of entries) {
        decided(entry);
        settled('recorded');
      }
      return result;
    },
  };
}
