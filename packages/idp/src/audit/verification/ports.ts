import type { AuditChain, ChainPlace, StoredCheckpoint, StoredLink } from '../ports.ts';
import type { Term } from '../terms.ts';

/** A word of the index, as it is stored. */
export interface StoredWord {
  readonly term: Term;
  readonly time: number;
  readonly record: number;
}

/**
 * The whole log as it was at one moment.
 *
 * What comes out of it may be anything: whoever could write to the store could also write what the types exclude. Streams
 * come in portions, so that reading a row costs no turn of the event loop.
 */
export interface LogSnapshot {
  /** The writers there can be, whether their chain is noted or not. */
  writers(): Promise<readonly number[]>;
  /** The id that a record has by its place. */
  idOf(writer: number, sequence: number): number;
  chains(): Promise<readonly AuditChain[]>;
  /** The newest record of a writer. */
  last(writer: number): Promise<StoredLink | undefined>;
  /** The newest record of a writer whose id is at most `id`. */
  before(writer: number, id: number): Promise<ChainPlace | undefined>;
  /** Records by id; both ends are inclusive, and open where they are left out. */
  links(from?: number, to?: number): AsyncIterable<readonly StoredLink[]>;
  /** The id of some record that stands at a place. */
  find(writer: number, sequence: number): Promise<number | undefined>;
  /** The digest of the record that has the id of a place. */
  digestAt(writer: number, sequence: number): Promise<string | undefined>;
  /** Words of the index from one on, up to and without another. */
  words(from: Term, below?: Term): AsyncIterable<readonly StoredWord[]>;
  /** Words that lead to records with an id from `from` to `to`. */
  wordsOf(from: number, to: number): Promise<readonly StoredWord[]>;
  checkpoints(): AsyncIterable<readonly StoredCheckpoint[]>;
  /** The statement of one checkpoint. */
  checkpoint(number: number): Promise<string | undefined>;
}

/** What a key is known by. */
export interface StoredKey {
  readonly number: number;
  readonly kid: string;
}

/** A key that signs checkpoints, once it is known to be genuine. */
export interface TrustedKey extends StoredKey {
  readonly publicJwk: Readonly<Record<string, unknown>>;
}
