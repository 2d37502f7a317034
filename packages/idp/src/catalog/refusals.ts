import type { GovernanceRefusalOf, LocatedFinding } from '@ambit/scope-catalog';
import type { ActorRefusal } from '../change.ts';

/** Why a document is no catalog here. */
export interface InvalidCatalog {
  readonly code: 'catalog.invalid';
  readonly findings: readonly LocatedFinding[];
}

/** Why a version cannot be shown or compiled. */
export type CatalogLookupRefusal =
  { readonly code: 'catalog.not_found'; readonly version: number } | InvalidCatalog;

/** Why a catalog cannot become the active one. */
export type ActivationRefusal =
  | ActorRefusal
  | GovernanceRefusalOf<'catalog.publisher_gains' | 'governance.acts_for_others'>
  /** What the change was made against is no longer so. */
  | {
      readonly code: 'catalog.changed';
      readonly what: 'version' | 'assignments';
      readonly active: number;
    };

/** An older version holds this very document. */
export interface ExistingVersion {
  readonly code: 'catalog.exists';
  readonly version: number;
}
