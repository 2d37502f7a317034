import type { Database } from 'better-sqlite3';
import type { ChainHead } from '../../audit/chain.ts';
import { WRITER } from '../audit.ts';
import { LogDamaged } from '../unavailable.ts';

/** The head of the audit chain, as the records of one transaction take it on. */
export interface Chain {
  head(): ChainHead;
  advance(to: ChainHead): void;
  /** Runs the writes of one transaction; the head is read for the first of its records and kept after the last. */
  within(writes: () => void): void;
}

/** Makes the chain of a writing connection; the database may have no schema yet. */
export function createChain(writer: Database): Chain {
  let newest: ChainHead | undefined;
  const prepare = () => ({
    // Beyond whatever somebody else has put behind the head: it is found there, and nothing has to stop for it.
    read: writer.prepare<[number], ChainHead>(
      `select max(sequence, coalesce((select max(id) from audit_log), 0)) as sequence, digest
        from audit_chains where writer = ?`,
    ),
    write: writer.prepare<[number, Uint8Array, number]>(
      'update audit_chains set sequence = ?, digest = ? where writer = ?',
    ),
  });
  let prepared: ReturnType<typeof prepare> | undefined;
  const statements = () => (prepared ??= prepare());

  const keep = (): void => {
    if (newest) statements().write.run(newest.sequence, newest.digest, WRITER);
  };
  return {
    head() {
      newest ??= statements().read.get(WRITER);
      if (newest === undefined) throw new LogDamaged('the head of the audit chain is missing');
      return newest;
    },
    advance({ sequence, digest }) {
      newest = { sequence, digest };
    },
    within(writes) {
      newest = undefined;
      writes();
      keep();
    },
  };
}
