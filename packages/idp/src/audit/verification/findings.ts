/** Where a record stands; `id` is absent where there is none. */
export interface RecordPlace {
  readonly writer: number;
  readonly sequence: number;
  readonly id?: number;
}

/** What is wrong with a record, or with where one should be. */
export type RecordFinding = RecordPlace &
  (
    | { readonly code: 'record.altered' }
    | { readonly code: 'record.missing' }
    | { readonly code: 'record.inserted' }
    | { readonly code: 'record.out_of_order' }
    /** A column that repeats what the entry or the place says, and says something else. */
    | {
        readonly code: 'record.column_altered';
        readonly column: 'id' | 'writer' | 'sequence' | 'time';
      }
    | { readonly code: 'record.personal_altered' }
    /** They are noted as erased by their age. */
    | { readonly code: 'record.personal_kept' }
    | { readonly code: 'record.unindexed'; readonly word: string }
    | { readonly code: 'record.misindexed'; readonly word: string }
    /** The chain ends at `sequence - 1`, while its head or a checkpoint tells of more. */
    | { readonly code: 'chain.truncated'; readonly until: number; readonly checkpoint?: number }
    /** The head names another record than the last one. */
    | { readonly code: 'chain.head_altered' }
    /** The record is not the one that the checkpoint was signed over; `since` is the last place at which one still holds. */
    | {
        readonly code: 'checkpoint.mismatch';
        readonly checkpoint: number;
        readonly since?: number;
      }
  );

/** What is wrong beside the records. */
export type ProofFinding =
  | { readonly code: 'chain.lost'; readonly writer: number }
  | { readonly code: 'chain.unknown'; readonly writer: number }
  /** The index leads to a record that is not there. */
  | { readonly code: 'index.stray'; readonly word: string; readonly record: string }
  /** One of which the row tells, or a record: that of the key `kid`, which signed it when it was introduced. */
  | { readonly code: 'checkpoint.missing'; readonly checkpoint: number; readonly kid?: string }
  | { readonly code: 'checkpoint.altered'; readonly checkpoint: number }
  | { readonly code: 'checkpoint.bad_signature'; readonly checkpoint: number; readonly kid: string }
  | { readonly code: 'checkpoint.unknown_key'; readonly checkpoint: number; readonly kid: string }
  /** It states less than the one before it. */
  | { readonly code: 'checkpoint.backwards'; readonly checkpoint: number }
  /** One that was kept elsewhere is no checkpoint at all. */
  | { readonly code: 'checkpoint.unreadable'; readonly given: number }
  /** One after which others follow, or that a record introduces as `kid`. */
  /** Some key is no such thing as the server writes, so that nobody can read any. */
  | { readonly code: 'key.unreadable' }
  | { readonly code: 'key.missing'; readonly key: number; readonly kid?: string }
  | { readonly code: 'key.forged'; readonly key: number; readonly kid: string }
  /** It is there, and the record of its introduction is not, though no record was dropped by its age. */
  | { readonly code: 'key.unrecorded'; readonly key: number; readonly kid: string }
  | { readonly code: 'key.not_introduced'; readonly key: number; readonly kid: string }
  | { readonly code: 'key.unusable'; readonly key: number; readonly kid: string };

/** One thing that a verification has to say against the log. */
export type LogFinding = RecordFinding | ProofFinding;

/** Whether a finding is about a place in a chain. */
export const isAboutRecord = (finding: LogFinding): finding is RecordFinding =>
  'sequence' in finding;

/** Puts the first broken record first, and what is beside the records after them. */
export function byPlace(one: LogFinding, other: LogFinding): number {
  if (isAboutRecord(one) && isAboutRecord(other)) {
    return one.sequence - other.sequence || one.writer - other.writer || rank(one) - rank(other);
  }
  return Number(isAboutRecord(other)) - Number(isAboutRecord(one));
}

/** At one record, what it holds comes before what is said of it elsewhere. */
const RANKS = ['record', 'chain', 'checkpoint'];
const rank = ({ code }: RecordFinding): number => RANKS.indexOf(code.split('.')[0] ?? '');
