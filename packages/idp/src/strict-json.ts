/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON object from UTF-8; undefined when it is anything else, or when an object in it names a member twice.
 *
 * Of two members of one name some parsers take the first and some the last, so that what was signed could mean one
 * thing to its issuer and another here (RFC 7519 §4, RFC 8725 §2.4 in spirit).
 */
export function parseStrictJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return repeatsMember(text) ? undefined : (value as JsonObject);
  } catch {
    return undefined;
  }
}

/** Whether an object in a valid JSON text names a member twice, however it is escaped. */
function repeatsMember(text: string): boolean {
  const open: Set<string>[] = [];
  let string = '""';
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}:]/g)) {
    if (token === '{') {
      open.push(new Set());
    } else if (token === '}') {
      open.pop();
    } else if (token !== ':') {
      string = token;
    } else {
      const names = open.at(-1);
      const name = JSON.parse(string) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
