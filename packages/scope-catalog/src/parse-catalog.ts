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

/** A text as far as it could be read, and what keeps it from being a document that keeps to the schema. */
export interface ReadCatalog {
  /** In the order of the text; empty where nothing does. */
  readonly findings: readonly LocatedFinding[];
  /** Undefined where the text is not well-formed. */
  readonly value: unknown;
  /** Whether the value has all that the text says; it lacks aliases and repeated keys. */
  readonly whole: boolean;
  locate(path: DocumentPath): Position;
}

/**
 * Decodes a catalog from YAML 1.2 or JSON, or says everything that is wrong with it, each with its place.
 *
 * Where the text is not well-formed only that is told, since what the schema would say of its ruins misleads.
 */
export function parseCatalog(text: string, file: string): Result<ParsedCatalog, LocatedFinding[]> {
  const { findings, value, locate } = readCatalog(text, file);
  return findings.length > 0
    ? err([...findings])
    : ok({ document: value as CatalogDocument, locate });
}

/** Reads a catalog text and holds it to the schema. */
export function readCatalog(text: string, file: string): ReadCatalog {
  const source = readSource(text);
  const locate = (path: DocumentPath): Position => source.locate(path);
  const read = source.findings.map(({ finding, position }) => ({ ...finding, ...position, file }));
  const told = new Set(read.map(({ path }) => placeOf(path)));
  const breaches = source.broken
    ? []
    : findSchemaBreaches(source.value).filter(({ path }) => !told.has(placeOf(path)));
  const findings = inOrder([...read, ...locateFindings(breaches, file, locate)]);
  return { findings, value: source.value, whole: read.length === 0, locate };
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
