import type { CatalogDocument, Severity } from '@ambit/scope-catalog';
import type { CatalogChange } from './changes.ts';

/** One thing a check has to say, with its place in the source. */
export interface WireFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
}

/** A published version of the catalog. Times are RFC 3339. */
export interface CatalogVersion {
  readonly version: number;
  readonly digest: string;
  readonly name: string;
  readonly comment: string;
  readonly published_at: string;
  readonly published_by: string;
  readonly active: boolean;
  /** How many scopes it has, or their names. */
  readonly scopes: number | readonly string[];
}

/** A published version with its document, built-ins excluded. */
export interface CatalogVersionWithDocument extends CatalogVersion {
  readonly document: CatalogDocument;
}

/** How two versions differ. */
export interface CatalogDiff {
  readonly from: number;
  readonly to: number;
  readonly changes: readonly CatalogChange[];
}

/** What a publish or an activation did; `changed` is false where that version was active already. */
export interface Publication {
  readonly version: number;
  readonly digest: string;
  readonly changed: boolean;
}
