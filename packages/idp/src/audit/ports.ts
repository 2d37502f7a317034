import type { Derivation } from '../delegation/ports.ts';
import type { Page } from '../page.ts';
import type { AuditEvent } from './events.ts';
import type { AuditDecision, AuditEntry, AuditRecord } from './record.ts';

/** What to list; every field narrows. Times are milliseconds since the epoch, `since` inclusive, `until` exclusive. */
export interface AuditFilter {
  readonly client?: string;
  readonly subject?: string;
  readonly event?: AuditEvent;
  readonly decision?: AuditDecision;
  readonly scope?: string;
  readonly jti?: string;
  readonly requestId?: string;
  readonly since?: number;
  readonly until?: number;
}

/** A place in the log as it is listed: by time, and by id among records of one millisecond. */
export interface AuditPlace {
  readonly time: number;
  readonly id: number;
}

/**
 * A place in the log as it is written: for each writer the sequence of its newest record. A writer that is not in it has
 * written nothing.
 */
export type AuditPosition = ReadonlyMap<number, number>;

/** What was written after a position, and the position up to which that goes. */
export interface AuditNews {
  readonly records: readonly AuditRecord[];
  readonly position: AuditPosition;
}

/** A page in the order of time; `from` is the last record of the page before. */
export interface AuditPage {
  readonly limit: number;
  readonly order: 'oldest-first' | 'newest-first';
  readonly from?: AuditPlace;
}

/** Up to how many records a list counts; a page of more says that there are at least so many. */
export const COUNTED_MOST = 10_000;

/** A place in a writer's chain, with the digest of the record there in hex. */
export interface ChainPlace {
  readonly sequence: number;
  readonly digest: string;
}

/** The chain of one writer. */
export interface AuditChain {
  readonly writer: number;
  /** Its newest record. */
  readonly head: ChainPlace;
  /** The newest record that is kept no more; the chain begins after it. */
  readonly base: ChainPlace;
  /** Up to which sequence personal fields have been erased by their age. */
  readonly impersonalTo: number;
}

/** A row of the log as it is kept, digests in hex. */
export interface StoredLink {
  readonly id: number;
  readonly writer: number;
  readonly sequence: number;
  /** Milliseconds since the epoch, as in the entry. */
  readonly time: number;
  readonly digest: string;
  readonly entry: string;
  /** As kept: JSON with a salt. Empty where there is none, or it has been erased. */
  readonly personal: string | null;
  readonly personalDigest: string | null;
}

/** Whose personal fields to erase. */
export type PersonalMatch = { readonly address: string } | { readonly externalSubject: string };

/** Keeps the audit log: it grows at one end, and is only ever shortened at the other, as {@link AuditRetention} says. */
export interface AuditStore {
  /**
   * Appends an entry; inside a transaction it is committed with what it records, outside in one of its own. An exchange's
   * derivation is committed with it.
   */
  append(entry: AuditEntry, derivation?: Derivation): Promise<void>;
  list(filter: AuditFilter, page: AuditPage): Promise<Page<AuditRecord>>;
  /**
   * What was written after a position, as far as `limit` records: those of each writer in the order in which they were
   * written. Whoever asks again after the position that is given misses none and sees none twice.
   */
  listAfter(filter: AuditFilter, after: AuditPosition, limit: number): Promise<AuditNews>;
  /** The record of a token's issuance. */
  findIssuance(jti: string): Promise<AuditRecord | undefined>;
  find(id: number): Promise<AuditRecord | undefined>;
  /** A page of {@link list} without its count, for whoever reads the log from end to end. */
  read(filter: AuditFilter, page: AuditPage): Promise<readonly AuditRecord[]>;
  chains(): Promise<readonly AuditChain[]>;
}

/** What may be taken out of the log. Writes are for transactions alone. */
export interface AuditRetention {
  /** Records of a writer after a sequence, in the order of its chain. */
  links(writer: number, after: number, limit: number): Promise<readonly StoredLink[]>;
  /** Forgets records, which must be the oldest of their writer, and the words that lead to them. */
  drop(links: readonly StoredLink[]): Promise<void>;
  /** Which of the next records after an id, as far as `span` of them, hold these personal fields. */
  findPersonal(
    match: PersonalMatch,
    after: number,
    span: number,
  ): Promise<{ readonly ids: readonly number[]; /** Absent at the end. */ readonly next?: number }>;
  /** Erases the personal fields of records; their digest stays, and with it the chain. */
  erasePersonal(ids: readonly number[]): Promise<void>;
  /** Notes up to which sequence of a writer personal fields have been erased by their age. */
  noteImpersonal(writer: number, sequence: number): Promise<void>;
}

/** A key that signs checkpoints, as stored. `createdAt` is in milliseconds since the epoch. */
export interface AuditKeyRecord {
  /** 1, 2, 3 …; the greatest signs. */
  readonly number: number;
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** Shows that the server put it there; see `stampKey`. */
  readonly stamp: Uint8Array;
  /** A statement of the key before, signed by it (compact JWS); the first has none. */
  readonly introduction?: string;
  /** Sealed; absent in all but the newest. */
  readonly privateJwk?: Uint8Array;
  readonly createdAt: number;
}

/** Keeps the keys that sign checkpoints, the public halves for ever. */
export interface AuditKeyStore {
  /** Every key, in the order of its number. */
  list(): Promise<readonly AuditKeyRecord[]>;
  insert(key: AuditKeyRecord): Promise<void>;
  /** Seals the private half of a key anew, or drops it for good. */
  replacePrivate(number: number, privateJwk: Uint8Array | undefined): Promise<void>;
}

/** A checkpoint as stored: its number, and the statement as a compact JWS. */
export interface StoredCheckpoint {
  readonly number: number;
  readonly statement: string;
}

/** Keeps the row of checkpoints. */
export interface CheckpointStore {
  newest(): Promise<StoredCheckpoint | undefined>;
  /** Checkpoints after a number, in order. */
  list(after: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  insert(checkpoint: StoredCheckpoint): Promise<void>;
  /** Forgets those below a number. */
  dropBelow(number: number): Promise<void>;
}
