import type { CatalogDocument } from '@ambit/scope-catalog';
import type { Page } from '../page.ts';

/** A published version without its document. Times are milliseconds since the epoch. */
export interface CatalogVersionSummary {
  readonly version: number;
  readonly digest: string;
  readonly name: string;
  readonly comment: string;
  readonly publishedAt: number;
  /** The `client_id` of the publisher, or `system` for what bootstrap lays down. */
  readonly publishedBy: string;
  /** How many scopes it lists, built-ins excluded. */
  readonly scopeCount: number;
}

/** A published version with its document. INVARIANT: never changes. */
export interface CatalogVersion extends CatalogVersionSummary {
  readonly document: CatalogDocument;
}

/** Keeps every catalog version ever published, and which of them is active. */
export interface CatalogStore {
  activeVersion(): Promise<number | undefined>;
  find(version: number): Promise<CatalogVersion | undefined>;
  findByDigest(digest: string): Promise<CatalogVersionSummary | undefined>;
  /** Newest first, below `before` where given. */
  list(page: {
    readonly limit: number;
    readonly before?: number;
  }): Promise<Page<CatalogVersionSummary>>;
  /** Adds a version; the number must be the highest one plus one. */
  insert(version: CatalogVersion): Promise<void>;
  activate(version: number): Promise<void>;
}
