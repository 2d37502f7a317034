const REDACTED = '[redacted]';

/** Field names whose values are never written, whatever they look like. */
const SECRET_FIELD =
  /^(?:authorization|cookie|set-cookie|dpop|password|client_?secret|secret|client_?assertion|assertion|(?:access|refresh|id|subject|actor)_?token|token|master_?key|private_?(?:jwk|key)|d)$/i;

/** What the parts of a JWS, and the dots between them, can be made of; a text is cut into such runs. */
const DOTTED_RUN = /[\w.-]+/g;

/** Where in a part of a run the header of a JWS may begin; what it is glued to makes it no less of one. */
const JWS_HEADER = /eyJ[\w-]{4}/;

/** A secret of Ambit's, or most of one, wherever in a text it stands. */
const SECRET_TEXT = /ambit_[A-Za-z0-9._-]{20,}/g;

/** A secret of Ambit's for sure: long names of metrics begin like one, and have no capitals. */
const WHOLE_SECRET = /ambit_(?=[\w-]{0,60}[A-Z])[\w-]{40,}/;

const redactTokens = (text: string): string =>
  text.includes('eyJ') ? text.replace(DOTTED_RUN, redactJws) : text;

const redactText = (text: string): string => redactTokens(text).replace(SECRET_TEXT, REDACTED);

/**
 * Replaces every JWS in a run: a header, a payload and a signature, which may be empty. One expression for all three
 * takes time by the square of the length where a stranger sends thousands of headers and nothing behind them.
 */
function redactJws(run: string): string {
  const parts = run.split('.');
  const written: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    const hasPayload = index + 2 < parts.length && parts[index + 1] !== '';
    const start = hasPayload ? part.search(JWS_HEADER) : -1;
    written.push(start < 0 ? part : part.slice(0, start) + REDACTED);
    if (start >= 0) index += 2;
  }
  return written.join('.');
}

/** Whether a text holds a whole secret of Ambit's, or a JWS, wherever in it. */
export const holdsCredential = (text: string): boolean =>
  WHOLE_SECRET.test(text) || redactTokens(text) !== text;

/**
 * A copy of a value in which secrets by name and by shape are replaced; errors become their name, code, message and
 * stack.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
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
