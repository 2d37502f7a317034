import type { Derivation } from '../delegation/ports.ts';
import type { AuditEvent } from './events.ts';
import type { AuditStore } from './ports.ts';
import type { AuditEntry } from './record.ts';
import { createRefusalCounter } from './refusal-counter.ts';
import type { CountedRefusals } from './refusal-counter.ts';

/** One decision, and what its record is kept with. */
export interface Decision {
  readonly entry: AuditEntry;
  /** Whether whoever asked has proved who they are; nobody but a client is known by that. */
  readonly proven: boolean;
  /** What an exchange leaves behind. */
  readonly derivation?: Derivation | undefined;
}

/** Keeps the record of every decision that is to be kept. */
export interface DecisionLog {
  /** Resolves once the record is committed, or at once where there is to be none. */
  record(decision: Decision): Promise<void>;
  /** Writes down what was counted in the minutes that are over; with `all`, in the one that is going on too. */
  writeCounted(all?: 'all'): Promise<void>;
}

/** What a decision log is made from. */
export interface DecisionLogDependencies {
  readonly audit: Pick<AuditStore, 'append'>;
  readonly clock: () => number;
  readonly newId: () => string;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Which part of the introspections that answered `active` is kept: 0 none, 1 all. */
  readonly introspectionShare: number;
  /** Is told of each decision that leaves no record of its own, and why. */
  readonly onOmitted: (entry: AuditEntry, why: Omission) => void;
}

/** Refusals of requests whose client is named by nothing but that it asked. */
const OF_WHO_ASKS: ReadonlySet<AuditEvent> = new Set(['token.refused', 'token.limited']);

/** Why a decision leaves no record of its own: it was left out of the sample, or counted together with others. */
export type Omission = 'sampled_out' | 'counted';

/** How many counts wait at most while nothing can be written; beyond that the oldest are given up. */
const UNWRITTEN_MOST = 2_000;

/**
 * Makes the decision log.
 *
 * INVARIANT: whatever was issued, and whatever was refused to a client that had proved who it is, has a record of its own,
 * and is found by that client. Only introspections that found a token active may be sampled, and only refusals of strangers
 * are counted together, by network and minute, so that junk cannot fill the disk. A workload that no rule makes a client is
 * a stranger, genuine as its token may be: some issuers vouch for everybody.
 */
export function createDecisionLog(dependencies: DecisionLogDependencies): DecisionLog {
  const { audit, clock, newId, random, introspectionShare, onOmitted } = dependencies;
  const strangers = createRefusalCounter();
  const unwritten: CountedRefusals[] = [];

  const omission = ({ entry, proven }: Decision): Omission | undefined => {
    const isKnown = proven && entry.actor !== undefined;
    if (entry.decision === 'refused') {
      return isKnown || strangers.admit(entry) ? undefined : 'counted';
    }
    const sampled = entry.event === 'token.introspected' && random() >= introspectionShare;
    return sampled ? 'sampled_out' : undefined;
  };

  return {
    async record(decision) {
      const why = omission(decision);
      if (why === undefined) await audit.append(ofWhoAsked(decision), decision.derivation);
      else onOmitted(decision.entry, why);
    },
    async writeCounted(all) {
      unwritten.push(...strangers.take(all === undefined ? clock() : Infinity));
      unwritten.splice(0, unwritten.length - UNWRITTEN_MOST);
      for (let next = unwritten.shift(); next !== undefined; next = unwritten.shift()) {
        try {
          await audit.append(countedEntry(next, newId()));
        } catch (error) {
          unwritten.unshift(next);
          throw error;
        }
      }
    },
  };
}

/** The entry, about the client that asked where it is about no other. */
const ofWhoAsked = ({ entry, proven }: Decision): AuditEntry =>
  proven && OF_WHO_ASKS.has(entry.event) && entry.client === undefined && entry.actor !== undefined
    ? { ...entry, client: entry.actor }
    : entry;

const countedEntry = (
  { network, count, first, last, reasons }: CountedRefusals,
  requestId: string,
): AuditEntry => ({
  time: last,
  event: 'refusals.counted',
  decision: 'refused',
  requestId,
  counted: { refusals: count, since: first, reasons },
  ...(network === undefined ? {} : { personal: { address: network } }),
});
