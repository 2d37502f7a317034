const REDACTED = '[redacted]';

/** Field names whose values are never written, whatever they look like. */
const SECRET_FIELD =
  /^(?:authorization|cookie|set-cookie|dpop|password|client_?secret|secret|client_?assertion|assertion|(?:access|refresh|id|subject|actor)_?token|token|master_?key|private_?(?:jwk|key)|d)$/i;

/** A JWS or a secret of Ambit's, wherever in a text it stands. */
const SECRET_TEXT = /\beyJ[\w-]{4,}\.[\w-]+\.[\w-]*|\bambit_[A-Za-z0-9._-]{20,}/g;

/**
 * A copy of a value in which secrets by name and by shape are replaced; errors become their name, code, message and
 * stack.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(SECRET_TEXT, REDACTED);
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) return '[bytes]'; // the packet that a parser stumbled over, its headers included
  if (depth > 6) return '[deep]';
  if (Array.isArray(value)) return value.map((element) => redact(element, depth + 1));
  const entries = isErrorLike(value)
    ? [
        ...['name', 'code', 'message', 'stack'].map((key) => [key, value[key]] as const),
        ...Object.entries(value),
      ]
    : Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, SECRET_FIELD.test(key) ? REDACTED : redact(field, depth + 1)]),
  );
}

const isErrorLike = (value: object): value is Record<string, unknown> =>
  'message' in value && 'stack' in value;
