import { randomUUID } from 'node:crypto';
import { linkDigest, personalDigest, toHex } from '../audit/chain.ts';
import type { ChainHead } from '../audit/chain.ts';
import type { AuditEntry, AuditRecord, PersonalFields } from '../audit/record.ts';
import { termsOf } from '../audit/terms.ts';
import type { Term } from '../audit/terms.ts';

/** An entry ready to be written, but for its place in the chain. */
export interface EncodedEntry {
  readonly time: number;
  readonly entry: string;
  readonly personal: string | null;
  readonly personalDigest: Uint8Array | null;
  readonly terms: readonly Term[];
}

/** A row of the log. */
export interface AuditRow {
  readonly id: number;
  readonly writer: number;
  readonly sequence: number;
  readonly digest: Uint8Array;
  /** Milliseconds since the epoch, as in the entry. */
  readonly time: number;
  /** Salted, in JSON; empty once it is erased. */
  readonly personal: string | null;
  readonly personal_digest: Uint8Array | null;
  readonly entry: string;
}

/** A word of the index; see `termsOf`. */
export interface TermRow {
  readonly term: Term;
  readonly time: number;
  readonly record: number;
}

/** The row of a chain: its head, and how far it was shortened. */
export interface ChainRow extends ChainHead {
  readonly writer: number;
  readonly base_sequence: number;
  /** Empty while nothing was dropped. */
  readonly base_digest: Uint8Array | null;
  readonly impersonal_to: number;
}

/** The columns that a record is made from again. */
export const RECORD_COLUMNS = [
  'id',
  'writer',
  'sequence',
  'digest',
  'entry',
  'personal',
  'personal_digest',
] as const;

/** Takes an entry apart into what is chained as it is and what can be erased. */
export function encodeEntry({ personal: fields, ...entry }: AuditEntry): EncodedEntry {
  const kept = fields && Object.values(fields).some((field) => field !== undefined);
  const personal = kept ? JSON.stringify({ salt: randomUUID(), ...fields }) : null;
  return {
    time: entry.time,
    entry: JSON.stringify(entry),
    personal,
    personalDigest: personal === null ? null : personalDigest(personal),
    terms: termsOf(entry),
  };
}

/** The id of a record, which follows from its place. Ids of one writer ascend with the sequence. */
export type IdOf = (writer: number, sequence: number) => number;

/** The ids of an embedded database, which has one chain: 1, 2, 3 … */
export const idInOneChain: IdOf = (_writer, sequence) => sequence;

/** How many writers there can be at once in a database of many. */
export const WRITERS_MOST = 1024;

/** The ids of a database with a chain for each writer: whole numbers, exact for some 2^43 records of each. */
export const idInManyChains: IdOf = (writer, sequence) => sequence * WRITERS_MOST + writer - 1;

/** The row of an entry, next in the chain of its writer. */
export function encodeRow(
  writer: number,
  head: ChainHead,
  encoded: EncodedEntry,
  idOf: IdOf,
): AuditRow {
  const { time, entry, personal, personalDigest: digest } = encoded;
  const sequence = head.sequence + 1;
  return {
    id: idOf(writer, sequence),
    writer,
    sequence,
    digest: linkDigest(head.digest, { writer, sequence, entry, personalDigest: digest }),
    time,
    personal,
    personal_digest: digest,
    entry,
  };
}

/** The record of a row, from the entry that it keeps whole and what is left of the personal fields. */
export function decodeRecord(row: Pick<AuditRow, (typeof RECORD_COLUMNS)[number]>): AuditRecord {
  const { id, writer, sequence, digest } = row;
  const link = { writer, sequence, digest: toHex(digest) };
  const record = { ...(JSON.parse(row.entry) as AuditEntry), id, link };
  if (row.personal_digest === null) return record;
  if (row.personal === null) return { ...record, personalErased: true };
  const { salt: _salt, ...personal } = JSON.parse(row.personal) as PersonalFields & {
    readonly salt: string;
  };
  return { ...record, personal };
}
