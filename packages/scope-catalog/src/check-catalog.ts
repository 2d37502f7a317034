import { compileCatalog } from './compile-catalog.ts';
import type { CompiledCatalog } from './compiled-catalog.ts';
import type { CatalogDocument } from './document.ts';
import type { LocatedFinding } from './finding.ts';
import { lintCatalog } from './lint/lint-catalog.ts';
import { inOrder, locateFindings, parseCatalog } from './parse-catalog.ts';

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
 * Only a text that does not parse keeps the rest from being said, since what follows from its ruins would mislead.
 */
export function checkCatalog(text: string, { file, issuer, now }: CheckOptions): CatalogCheck {
  const parsed = parseCatalog(text, file);
  if (!parsed.ok) return { findings: parsed.error };
  const { document } = parsed.value;
  const compiled = compileCatalog(document, { issuer });
  const breaches = compiled.ok ? [] : compiled.error;
  const findings = locateFindings([...breaches, ...lintCatalog(document, { now })], file, (path) =>
    parsed.value.locate(path),
  );
  return {
    findings: inOrder(findings),
    ...(compiled.ok ? { document, catalog: compiled.value } : {}),
  };
}
