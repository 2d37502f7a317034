/** How much a finding matters: an error stops a publish, a warning only under `--strict`. */
export type Severity = 'error' | 'warning' | 'info';

/** Where in a text something stands; both are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place inside a document, as keys and indexes from its root. */
export type DocumentPath = readonly (string | number)[];

/** One thing that a check has to say about a catalog document. */
export interface Finding {
  /** Stable id of the rule, `scope-unused` for example. */
  readonly rule: string;
  readonly severity: Severity;
  /** Lower case, no full stop, the author's own words in backticks. */
  readonly message: string;
  /** What would mend it. */
  readonly hint?: string;
  /** The place it is about, from the document's root. */
  readonly path: DocumentPath;
}

/** A finding with its place in the source text. */
export interface LocatedFinding extends Finding, Position {
  /** The name the text was given under, usually a file name. */
  readonly file: string;
}
