/** What SQLite and PostgreSQL say where a statement names what is not there. */
const SAYINGS: readonly (readonly [RegExp, 'table' | 'column'])[] = [
  [/no such table: (?:main\.)?(\w+)/, 'table'],
  [/no such column: (?:\w+\.)?(\w+)/, 'column'],
  [/relation "(\w+)" does not exist/, 'table'],
  [/column "?(?:\w+\.)?(\w+)"? does not exist/, 'column'],
];

/**
 * Which part of its schema a database has lost, going by an error of it. A schema is made in one transaction, so that
 * somebody must have taken the part out; the error comes from a thread, which leaves its message alone.
 */
export function lostPart(error: unknown): string | undefined {
  const { message = '' } = error as { readonly message?: string };
  for (const [pattern, kind] of SAYINGS) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return `${kind} \`${name}\``;
  }
  return undefined;
}
