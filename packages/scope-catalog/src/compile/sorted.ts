/** Texts in the order of their UTF-16 code units, which is the same everywhere. */
export const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

/** A map whose keys come in the order of their UTF-16 code units. */
export const sortedMap = <T>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> =>
  new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
