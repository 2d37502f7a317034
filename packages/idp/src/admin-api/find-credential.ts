import { holdsCredential } from '../log/redact.ts';
import type { JsonSchema } from './json-schema.ts';
import type { SchemaFault } from './validator.ts';

/**
 * Finds a secret or a token where a request has no place for one: in a comment, a label, a name.
 *
 * What a slip of the hand has put there would be kept, shown to others and written to the audit log. The value has
 * passed its schema, which bounds how deep it is.
 */
export function findCredential(
  schema: JsonSchema | undefined,
  value: unknown,
  path = '',
): SchemaFault | undefined {
  if (schema?.writeOnly) return undefined;
  if (typeof value === 'string') {
    return holdsCredential(value) ? { path, message: 'holds a secret or a token' } : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = findCredential(schema?.properties?.[name], member, `${path}/${name}`);
    if (found) return found;
  }
  return undefined;
}
