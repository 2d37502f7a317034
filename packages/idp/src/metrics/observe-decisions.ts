import type { AuditEntry } from '../audit/record.ts';
import { lostAs } from '../audit/stall.ts';
import type { AuditStore } from '../audit/ports.ts';
import type { Storage } from '../storage.ts';
import type { Metrics } from './create-metrics.ts';

/** Who is told of decisions and of what became of their records. */
export interface DecisionObserver {
  readonly decided: (entry: AuditEntry) => void;
  readonly settled: Metrics['observeRecords'];
}

/**
 * The same storage, which tells of every decision that is to be recorded in it, once its record is written or cannot be. A token
 * whose record cannot be written is not given out, and is told of as refused.
 */
export function observeDecisions(
  storage: Storage,
  { decided, settled }: DecisionObserver,
): Storage {
  const { audit } = storage.read;
  const append: AuditStore['append'] = (entry, derivation) => {
    const written = audit.append(entry, derivation);
    written.then(
      () => {
        decided(entry);
        settled('recorded');
      },
      () => {
        decided(unrecorded(entry));
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

const unrecorded = (entry: AuditEntry): AuditEntry =>
  lostAs(entry.event) === 'refused'
    ? {
        ...entry,
        event: 'token.refused',
        decision: 'refused',
        grantedScopes: [],
        reason: 'temporarily_unavailable',
      }
    : entry;
