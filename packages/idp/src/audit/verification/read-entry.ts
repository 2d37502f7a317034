import type { AuditEntry } from '../record.ts';

/** The entry of a record, as far as its words and its time go; undefined where nobody here can have written it. */
export function readEntry(text: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is AuditEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof AuditEntry, unknown>>;
  return (
    typeof entry.time === 'number' &&
    typeof entry.event === 'string' &&
    typeof entry.decision === 'string' &&
    typeof entry.requestId === 'string' &&
    isText(entry.jti) &&
    isText(entry.client) &&
    isText(entry.subject) &&
    areTexts(entry.requestedScopes) &&
    areTexts(entry.grantedScopes) &&
    isText((entry.target as { readonly id?: unknown } | null | undefined)?.id)
  );
}

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const areTexts = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
