import type { DocumentPath, Finding } from '../finding.ts';
import { present } from '../present.ts';

/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, arrays and null excluded. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The first paragraph of a text on one line and at most `most` characters long; undefined when there is none. Control
 * characters, and marks that change the direction of text, become spaces.
 */
export function oneLine(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const paragraph =
    value
      .slice(0, 4 * most)
      .trim()
      .split(/\n\s*\n/u, 1)[0] ?? '';
  const text = paragraph
    .toWellFormed()
    .replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  if (text === '') return undefined;
  return text.length <= most
    ? text
    : `${text
        .slice(0, most - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

/** Resolves a reference inside the document (RFC 6901 pointer as a URI fragment); undefined when it leads nowhere. */
export function resolveLocalReference(root: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let value: unknown = root;
  for (const token of reference.slice(2).split('/')) {
    const key = decodePointerToken(token);
    if (key === undefined || typeof value !== 'object' || value === null) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

function decodePointerToken(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}

/** Says that a part of an imported document is not what its specification asks for. */
export const malformed = (path: DocumentPath, message: string, hint?: string): Finding => ({
  rule: 'import-malformed',
  severity: 'error',
  message,
  path,
  ...present({ hint }),
});
