import { CHAIN_START_HEX } from '../chain.ts';
import type { ReadCheckpoint } from '../checkpoint.ts';
import type { AuditChain, ChainPlace } from '../ports.ts';
import type { LogFinding } from './findings.ts';
import type { LogSnapshot } from './ports.ts';

/** What the records that a checkpoint vouches for are: as they were, not so, or dropped since. */
export type Held = 'whole' | 'broken' | 'dropped';

/** What there is to hold against a checkpoint: the chains as they are noted, and the last record of each. */
export interface Standing {
  /** The writers there can be. */
  readonly writers: readonly number[];
  readonly chains: readonly AuditChain[];
  readonly lasts: ReadonlyMap<number, ChainPlace>;
}

/** Holds the log to what checkpoints say of places in it. */
export interface PlaceCheck {
  /** Holds every chain to the place that a checkpoint gives its head. */
  toHeads(states: ReadCheckpoint): Promise<Held>;
  /** Holds every chain to where the newest checkpoint lets it begin: from its first record on, where there is none. */
  toBases(newest: ReadCheckpoint | undefined): Promise<void>;
}

/** What a chain begins after that was never shortened. */
export const FROM_THE_FIRST: ChainPlace = { sequence: 0, digest: CHAIN_START_HEX };

/** Makes the check of places. It notes up to where each chain was found to hold, to say where to look when it does not. */
export function createPlaceCheck(
  snapshot: Pick<LogSnapshot, 'digestAt' | 'idOf'>,
  { writers, chains, lasts }: Standing,
  report: (finding: LogFinding) => void,
): PlaceCheck {
  const since = new Map<number, number>();

  /** Tells once of a chain that is gone with all its records; of any other it is told elsewhere. */
  const lost = new Set<number>(writers);
  const reportLost = (writer: number): void => {
    if (lost.has(writer)) return;
    lost.add(writer);
    report({ code: 'chain.lost', writer });
  };

  const hold = async (
    { writer, base }: AuditChain,
    place: ChainPlace,
    checkpoint: number,
  ): Promise<Held> => {
    const { sequence } = place;
    const last = lasts.get(writer) ?? base;
    if (sequence < base.sequence) return 'dropped';
    if (sequence > last.sequence) {
      const lost = { writer, sequence: last.sequence + 1, until: sequence };
      report({ code: 'chain.truncated', ...lost, checkpoint });
      return 'broken';
    }
    const digest =
      sequence === base.sequence ? base.digest : await snapshot.digestAt(writer, sequence);
    if (digest === place.digest) {
      since.set(writer, Math.max(sequence, since.get(writer) ?? 0));
      return 'whole';
    }
    const held = since.get(writer);
    report({
      ...{ code: 'checkpoint.mismatch', writer, sequence, id: snapshot.idOf(writer, sequence) },
      checkpoint,
      ...(held !== undefined && held < sequence ? { since: held } : {}),
    });
    return 'broken';
  };

  return {
    async toHeads(states) {
      const held: Held[] = [];
      for (const stated of states.chains) {
        const { writer } = stated;
        const chain = chains.find((candidate) => candidate.writer === writer);
        if (chain === undefined) reportLost(writer);
        held.push(chain === undefined ? 'broken' : await hold(chain, stated, states.number));
      }
      return (
        held.find((one) => one === 'broken') ?? held.find((one) => one === 'dropped') ?? 'whole'
      );
    },
    async toBases(newest) {
      for (const chain of chains) {
        const { writer } = chain;
        const stated = newest?.chains.find((candidate) => candidate.writer === writer);
        const base = stated?.base ?? FROM_THE_FIRST;
        if (chain.base.sequence > base.sequence) {
          report({ code: 'record.missing', writer, sequence: base.sequence + 1 });
        } else if (newest && base.sequence > 0) {
          await hold(chain, base, newest.number);
        }
      }
    },
  };
}
