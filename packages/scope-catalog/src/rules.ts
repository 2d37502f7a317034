import type { DocumentPath, Finding } from './finding.ts';
import { present } from './present.ts';

/**
 * The rules whose breach keeps a document from being a catalog, by stable id. They are errors without exception; what
 * a catalog may be but had better not is the lint's to say.
 */
export const CATALOG_RULES = {
  'source-too-large': 'a catalog document has an upper size',
  'source-empty': 'a catalog document says something',
  'source-syntax': 'a catalog is one well-formed YAML 1.2 or JSON document',
  'source-too-deep': 'a catalog document nests as deep as its schema and no deeper',
  'source-alias': 'every value is written out where it stands, without aliases',
  'source-tag': 'values are those of the YAML 1.2 core schema, without tags of their own',
  'duplicate-key': 'a mapping names each key once',
  'key-not-string': 'every key is a string',
  'property-unknown': 'only the properties of the schema are used',
  'property-missing': 'every property that the schema requires is there',
  'type-wrong': 'every value has the type that the schema gives it',
  'value-invalid': 'every value is among those that the schema allows',
  'value-repeated': 'a list names each thing once',
  'name-invalid': 'names keep to the grammar of names',
  'lifetime-out-of-bounds': 'an access token lives for 30 to 3600 seconds',
  'size-out-of-bounds': 'texts, lists and mappings keep within their bounds',
  'name-reserved':
    'names that begin with `ambit` and audiences at the issuer belong to Ambit itself',
  'resource-duplicate': 'a resource key is used by one resource server',
  'audience-duplicate': 'an audience belongs to one resource server',
  'scope-unknown': 'only scopes that the catalog defines are named',
  'wildcard-misplaced': 'wildcards stand in roles alone, for every action of one resource',
  'wildcard-empty': 'a wildcard matches at least one action',
  'role-unknown': 'only roles that the catalog defines are named',
  'role-cycle': 'no role inherits from itself',
  'successor-invalid': 'the successor of a scope is another scope',
  'deprecation-order': 'a scope is retired after it was deprecated',
  'federation-duplicate': 'an issuer is trusted for an audience by one `federation` entry',
  'catalog-too-large': 'roles expand to a bounded number of scopes',
} as const;

/** Id of a rule that every catalog keeps. */
export type CatalogRule = keyof typeof CATALOG_RULES;

/** One breach of a rule that every catalog keeps. */
export const breach = (
  rule: CatalogRule,
  path: DocumentPath,
  message: string,
  hint?: string,
): Finding => ({
  rule,
  severity: 'error',
  message,
  path,
  ...present({ hint }),
});

/** After so many breaches a document is told no more: each costs, and nobody mends them one by one. */
export const BREACHES_MAX = 1000;

/** What stands last where there are more breaches than are told. */
export const MORE_BREACHES: Finding = breach(
  'size-out-of-bounds',
  [],
  `the document breaks the rules at more than ${String(BREACHES_MAX)} places`,
  'mend those that are listed first',
);

/** A hint that offers names, or undefined where there is none to offer. */
export const didYouMean = (names: readonly string[]): string | undefined =>
  names.length === 0
    ? undefined
    : `did you mean ${names.map((name) => `\`${name}\``).join(' or ')}?`;
