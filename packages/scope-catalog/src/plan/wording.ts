const NAMES_IN_A_LINE = 5;
const LINES_IN_A_SECTION = 10;

/** A number with its noun, in the plural where it takes one. */
export const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Names in backticks, the first five of them and how many more. */
export function names(all: readonly string[]): string {
  const shown = all.slice(0, NAMES_IN_A_LINE).map((name) => `\`${name}\``);
  const more = all.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** The first ten lines, and one that says how many more of their kind there are. */
export function limited(lines: readonly string[], kind: string): string[] {
  const more = lines.length - LINES_IN_A_SECTION;
  return more > 0
    ? [...lines.slice(0, LINES_IN_A_SECTION), `and ${more} more ${kind}`]
    : [...lines];
}

/** Items by a text, in the order of the texts. */
export function groupedBy<T>(
  items: readonly T[],
  of: (item: T) => string,
): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(of(item));
    if (group) group.push(item);
    else groups.set(of(item), [item]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
