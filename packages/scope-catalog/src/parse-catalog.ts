import type { CatalogDocument } from './document.ts';
import type { DocumentPath, Finding, LocatedFinding, Position } from './finding.ts';
import { readSource } from './read-source.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { findSchemaBreaches } from './schema-findings.ts';

/** A document that keeps to the schema, with the way back to its text. */
export interface ParsedCatalog {
  readonly document: CatalogDocument;
  /** Where a place of the document stands in the text: a key for entries of a mapping, the item for those of a list. */
  locate(path: DocumentPath): Position;
}

/**
 * Decodes a catalog from YAML 1.2 or JSON, or says everything that is wrong with it, each with its place.
 *
 * Where the text is not well-formed only that is told, since what the schema would say of its ruins misleads.
 */
export function parseCatalog(text: string, file: string): Result<ParsedCatalog, LocatedFinding[]> {
  const source = readSource(text);
  const locate = (path: DocumentPath): Position => source.locate(path);
  const read = source.findings.map(({ finding, position }) => ({ ...finding, ...position, file }));
  const told = new Set(read.map(({ path }) => placeOf(path)));
  const breaches = source.broken
    ? []
    : findSchemaBreaches(source.value).filter(({ path }) => !told.has(placeOf(path)));
  const findings = [...read, ...locateFindings(breaches, file, locate)];
  if (findings.length > 0) return err(inOrder(findings));
  return ok({ document: source.value as CatalogDocument, locate });
}

/** Findings with their places in a text. */
export const locateFindings = (
  findings: readonly Finding[],
  file: string,
  locate: (path: DocumentPath) => Position,
): LocatedFinding[] => findings.map((finding) => ({ ...finding, ...locate(finding.path), file }));

/** Findings in the order in which a reader of the text meets them. */
export const inOrder = (findings: readonly LocatedFinding[]): LocatedFinding[] =>
  findings.toSorted((a, b) => a.line - b.line || a.column - b.column);

const placeOf = (path: DocumentPath): string => JSON.stringify(path);

export { SOURCE_MAX_LENGTH } from './read-source.ts';
