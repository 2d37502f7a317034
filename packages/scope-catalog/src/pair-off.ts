import canonicalize from 'canonicalize';

/** What two versions of something without a name are told apart by: the one way of writing it. */
export interface Written {
  readonly text: string;
}

/** What was paired off, and what is left on either side, sorted by text. */
export interface PairedOff<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly before: readonly T[];
  readonly after: readonly T[];
}

/**
 * Pairs off what is the same on both sides, by the first key at which it is: whatever pairs by an
 * earlier one is not there for those after it. Of several with one key the order of texts decides.
 */
export function pairOff<T extends Written>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly ((item: T) => string)[],
): PairedOff<T> {
  const pairs: (readonly [T, T])[] = [];
  let left = { before: before.toSorted(byText), after: after.toSorted(byText) };
  for (const keyOf of keys) {
    const waiting = new Map<string, T[]>();
    for (const item of left.after.toReversed()) {
      const key = keyOf(item);
      const alike = waiting.get(key);
      if (alike === undefined) waiting.set(key, [item]);
      else alike.push(item);
    }
    const alone = left.before.filter((item) => {
      const other = waiting.get(keyOf(item))?.pop();
      if (other !== undefined) pairs.push([item, other]);
      return other === undefined;
    });
    const remaining = new Set([...waiting.values()].flat());
    left = { before: alone, after: left.after.filter((item) => remaining.has(item)) };
  }
  return { pairs, ...left };
}

/** The one way of writing a JSON value that does not depend on the order of its keys (RFC 8785). */
export const textOf = (value: unknown): string => canonicalize(value) ?? '';

const byText = (a: Written, b: Written): number => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
