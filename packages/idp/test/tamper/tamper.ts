import type { Database } from 'better-sqlite3';
import { CHAIN_START, linkDigest, personalDigest } from '../../src/audit/chain.ts';
import type { LogFinding } from '../../src/audit/verification/findings.ts';

/** A log that is about to be tampered with. */
export interface LogFacts {
  /** How many records it has; their ids and sequences are 1, 2, 3 … */
  readonly records: number;
  /** The number of the record in the middle. */
  readonly middle: number;
  /** Places of the checkpoints in the order of their numbers; the last one is at the last record. */
  readonly checkpoints: readonly number[];
}

/** What somebody does who can write to the database and has not the master key. */
export interface Tamper {
  readonly name: string;
  readonly act: (db: Database) => void;
  /** The first thing that a verification says. */
  readonly finds: LogFinding['code'];
  /** The place that it names. */
  readonly sequence?: number;
  /** It shows by the checkpoint alone that was kept elsewhere. */
  readonly byKept?: true;
}

/** The records that everything is tried on. */
export const positions = ({ records, middle }: LogFacts) =>
  [
    ['the first', 1],
    ['a middle', middle],
    ['the last', records],
  ] as const;

interface Row {
  readonly id: number;
  readonly sequence: number;
  readonly entry: string;
  readonly personal: string | null;
  readonly personal_digest: Uint8Array | null;
}

/** Makes every digest from a record on anew, and the head, as somebody would who knows how it is done. */
export function rechain(db: Database, from: number): void {
  let digest =
    db
      .prepare<[number], Uint8Array>('select digest from audit_log where id < ? order by id desc')
      .pluck()
      .get(from) ?? CHAIN_START;
  let last = 0;
  const update = db.prepare(
    'update audit_log set sequence = ?, digest = ?, personal_digest = ? where id = ?',
  );
  const rows = db
    .prepare<[number], Row>('select * from audit_log where id >= ? order by id')
    .all(from);
  for (const { id, entry, personal, personal_digest: kept } of rows) {
    const digestOfPersonal = personal === null ? kept : personalDigest(personal);
    const link = { writer: 1, sequence: id, entry, personalDigest: digestOfPersonal };
    digest = linkDigest(digest, link);
    update.run(id, digest, digestOfPersonal, id);
    last = id;
  }
  db.prepare('update audit_chains set sequence = ?, digest = ?').run(last, digest);
}

/** Sets the head to the record that is the last one now. */
export function resetHead(db: Database): void {
  db.exec(
    `update audit_chains set
       sequence = (select max(sequence) from audit_log),
       digest = (select digest from audit_log order by id desc limit 1)`,
  );
}

/** Takes a record out, with the words that lead to it. */
export function remove(db: Database, id: number): void {
  db.prepare('delete from audit_log where id = ?').run(id);
  db.prepare('delete from audit_terms where record = ?').run(id);
}
