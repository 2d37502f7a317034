import { CHAIN_START_HEX, linkDigestHex, personalDigestHex } from '../chain.ts';
import type { ChainPlace, StoredLink } from '../ports.ts';
import type { AuditEntry } from '../record.ts';
import { readEntry as entryOf } from './read-entry.ts';
import type { RecordFinding } from './findings.ts';

/** What following a stretch of the log came to. */
export interface LinkCheck {
  /** Takes the next record of the log, in the order of ids. Gives its entry, where that can be read. */
  take(row: StoredLink): AuditEntry | undefined;
  /** How many records were whole or broken. */
  readonly records: number;
  /** How many have lost their personal fields. */
  readonly erased: number;
  /** How many findings there are; only the first of them are kept. */
  readonly broken: number;
  readonly findings: readonly RecordFinding[];
}

/** How many findings are kept; the first is what matters. */
export const FINDINGS_KEPT = 20;

/** Whether it is as long as one; the digest of a chain's beginning may be of any length in the store. */
const isDigest = (text: string): boolean => text.length === CHAIN_START_HEX.length;

/**
 * Follows the chain of each writer from where it stands, record by record.
 *
 * What a record is held to: its place is the next one and its id that of its place; its digest is the one that follows from
 * the record before and from what it holds; what is kept of its personal fields has the digest that the chain knows; its
 * time is that of its entry; it has no personal fields where all have been erased by their age. A record that fails is stepped over by the digest it has, so that the ones after it are judged
 * by themselves.
 */
export function createLinkCheck(
  standing: ReadonlyMap<number, ChainPlace & { readonly impersonalTo?: number }>,
  idOf?: (writer: number, sequence: number) => number,
): LinkCheck {
  const heads = new Map<number, ChainPlace>(standing);
  const findings: RecordFinding[] = [];
  const counts = { records: 0, erased: 0, broken: 0 };
  const report = (finding: RecordFinding): void => {
    counts.broken += 1;
    if (findings.length < FINDINGS_KEPT) findings.push(finding);
  };

  /** Holds a record to the one before it. Gives whether its digest is that of something else. */
  const follow = (row: StoredLink, head: ChainPlace): boolean => {
    const { id, writer, sequence } = row;
    const isNext = sequence === head.sequence + 1;
    const follows = isDigest(head.digest) && linkDigestHex(head.digest, row) === row.digest;
    const altered = isNext && !follows;
    if (altered) report({ code: 'record.altered', id, writer, sequence });
    if (!isNext) report({ code: 'record.missing', writer, sequence: head.sequence + 1 });
    heads.set(writer, row);
    return altered;
  };

  /** Whether a record is the next one of some chain in all but the columns that say so. */
  const isMislabelled = (row: StoredLink): boolean => {
    for (const [writer, head] of heads) {
      const sequence = head.sequence + 1;
      if (linkDigestHex(head.digest, { ...row, writer, sequence }) !== row.digest) continue;
      const column = row.writer === writer ? 'sequence' : 'writer';
      report({ code: 'record.column_altered', id: row.id, writer, sequence, column });
      heads.set(writer, { sequence, digest: row.digest });
      return true;
    }
    return false;
  };

  /** Whether a record of a later place stands before the next one, which may well be where it belongs. */
  const isTooEarly = ({ id, writer, sequence }: StoredLink, head: ChainPlace): boolean =>
    idOf !== undefined && sequence > head.sequence + 1 && id < idOf(writer, head.sequence + 1);

  const checkBeside = (row: StoredLink): void => {
    const { id, writer, sequence, personal, personalDigest } = row;
    const place = { id, writer, sequence };
    if (idOf && id !== idOf(writer, sequence)) {
      report({ code: 'record.column_altered', ...place, column: 'id' });
    }
    if (personal !== null && personalDigestHex(personal) !== personalDigest) {
      report({ code: 'record.personal_altered', ...place });
    }
    if (personal !== null && sequence <= (standing.get(writer)?.impersonalTo ?? 0)) {
      report({ code: 'record.personal_kept', ...place });
    }
    if (personal === null && personalDigest !== null) counts.erased += 1;
  };

  const readEntry = (row: StoredLink, altered: boolean): AuditEntry | undefined => {
    const { id, writer, sequence } = row;
    const entry = entryOf(row.entry);
    if (entry === undefined) {
      if (!altered) report({ code: 'record.altered', id, writer, sequence });
    } else if (entry.time !== row.time) {
      report({ code: 'record.column_altered', id, writer, sequence, column: 'time' });
    }
    return entry;
  };

  return {
    findings,
    get records() {
      return counts.records;
    },
    get erased() {
      return counts.erased;
    },
    get broken() {
      return counts.broken;
    },
    take(row) {
      const { id, writer, sequence } = row;
      counts.records += 1;
      const head = heads.get(writer);
      const sound = isLink(row);
      if (sound && sequence - 1 !== head?.sequence && isMislabelled(row)) {
        return readEntry(row, false);
      }
      if (head === undefined || (Number.isSafeInteger(sequence) && sequence <= head.sequence)) {
        report({ code: 'record.inserted', id, writer, sequence });
        return undefined;
      }
      if (!sound) {
        report({ code: 'record.altered', id, writer, sequence: head.sequence + 1 });
        heads.set(writer, { sequence: head.sequence + 1, digest: CHAIN_START_HEX });
        return undefined;
      }
      if (isTooEarly(row, head)) {
        report({ code: 'record.out_of_order', id, writer, sequence });
        return readEntry(row, true);
      }
      const altered = follow(row, head);
      checkBeside(row);
      return readEntry(row, altered);
    },
  };
}

/** Whether a row is of the types that the log is written in; whoever could write to the store could write others. */
const isLink = ({ id, sequence, digest, entry, personal, personalDigest }: StoredLink): boolean =>
  Number.isSafeInteger(id) &&
  Number.isSafeInteger(sequence) &&
  sequence > 0 &&
  isDigest(digest) &&
  typeof entry === 'string' &&
  (personal === null || typeof personal === 'string') &&
  (personalDigest === null || isDigest(personalDigest));
