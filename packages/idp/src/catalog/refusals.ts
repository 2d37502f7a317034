import type { GovernanceRefusal, LocatedFinding } from '@ambit/scope-catalog';
import type { ActorRefusal } from '../change.ts';

/** Why a version cannot be made or shown. */
export type CatalogLookupRefusal =
  | { readonly code: 'catalog.not_found'; readonly version: number }
  | { readonly code: 'catalog.invalid'; readonly findings: readonly LocatedFinding[] };

/** Why a version cannot become the active one. */
export type CatalogRefusal =
  | ActorRefusal
  | GovernanceRefusal
  | CatalogLookupRefusal
  /** What the change was made against is no longer so. */
  | {
      readonly code: 'catalog.changed';
      readonly what: 'version' | 'assignments';
      readonly active: number;
    }
  /** An older version holds this very document. */
  | { readonly code: 'catalog.exists'; readonly version: number };
