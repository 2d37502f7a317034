import { compileCatalog } from './compile-catalog.ts';
import type { CompiledCatalog } from './compiled-catalog.ts';
import type { CatalogDocument } from './document.ts';
import type { Finding, LocatedFinding } from './finding.ts';
import { lintCatalog } from './lint/lint-catalog.ts';
import type { LINT_RULES } from './lint/lint-rules.ts';
import { inOrder, locateFindings, readCatalog } from './parse-catalog.ts';
import type { ReadCatalog } from './parse-catalog.ts';
import { soundPart } from './sound-part.ts';

/** What a check needs to know beside the text. */
export interface CheckOptions {
  /** The name of the text, usually a file name. */
  readonly file: string;
  /** The issuer it is meant for, without a trailing slash. */
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything there is to say about a catalog text, and the catalog where that holds no error. */
export interface CatalogCheck {
  /** In the order of the text. */
  readonly findings: readonly LocatedFinding[];
  readonly document?: CatalogDocument;
  readonly catalog?: CompiledCatalog;
}

/**
 * Says all there is to say about a catalog text at once: errors, warnings and infos together, each said once.
 *
 * Where it breaks the schema, what is left without the breaches is checked all the same, as far as nothing is said that
 * only follows from them. Only a text that is not well-formed keeps the rest from being said.
 */
export function checkCatalog(text: string, { file, issuer, now }: CheckOptions): CatalogCheck {
  const read = readCatalog(text, file);
  const { findings: breaches, value, locate } = read;
  if (breaches.length > 0) {
    const rest = checkRest(read, { issuer, now });
    return { findings: inOrder([...breaches, ...locateFindings(rest, file, locate)]) };
  }
  const document = value as CatalogDocument;
  const compiled = compileCatalog(document, { issuer });
  const found = [...(compiled.ok ? [] : compiled.error), ...lintCatalog(document, { now })];
  const findings = inOrder(locateFindings(found, file, locate));
  return { findings, ...(compiled.ok ? { document, catalog: compiled.value } : {}) };
}

/** Rules about one entry alone, which hold whatever is missing beside it. */
const LOCAL_RULES: ReadonlySet<string> = new Set([
  'name-untidy',
  'description-missing',
  'owner-missing',
  'audience-query',
  'lifetime-without-effect',
  'quota-window-short',
  'deprecated-without-sunset',
  'deprecated-without-successor',
  'sunset-near',
  'sunset-passed',
] satisfies (keyof typeof LINT_RULES)[]);

/** What is wrong with a document beside its breaches of the schema. */
function checkRest(
  { findings: breaches, value, whole }: ReadCatalog,
  { issuer, now }: Pick<CheckOptions, 'issuer' | 'now'>,
): Finding[] {
  const sound = soundPart(value, breaches);
  if (sound === undefined) return [];
  const lostScopes = sound.lostScopes || !whole;
  const lostRoles = sound.lostRoles || !whole;
  const misleading = new Set<string>([
    ...(lostScopes ? ['scope-unknown'] : []),
    ...(lostScopes || sound.lostActions ? ['wildcard-empty'] : []),
    ...(lostRoles ? ['role-unknown'] : []),
  ]);
  const compiled = compileCatalog(sound.document, { issuer });
  const intact = whole && !sound.lostActions && !lostRoles && !sound.lostEntries;
  const told = new Set(breaches.map(({ path }) => JSON.stringify(path)));
  const tells = ({ rule, path }: Finding): boolean =>
    !misleading.has(rule) &&
    !['description', 'owner'].some((name) => told.has(JSON.stringify([...path, name])));
  return [
    ...(compiled.ok ? [] : compiled.error),
    ...lintCatalog(sound.document, { now }).filter(({ rule }) => intact || LOCAL_RULES.has(rule)),
  ]
    .map((finding) => ({ ...finding, path: sound.origin(finding.path) }))
    .filter(tells);
}
