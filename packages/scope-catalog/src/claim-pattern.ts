/** A text as segments, with the separators that stand between them. */
export const segmentsOf = (text: string): readonly string[] => text.split(/([/:])/);

/** Whether one segment of a pattern stands for any segment. */
export const isWild = (segment: string): boolean => segment === '*';

/**
 * Whether a claim has the value that a federation rule names: the same string, but that `*` stands
 * for one whole segment between `/` or `:`, and for one that is there. A `*` beside other
 * characters is nothing but a `*`.
 */
export function matchesPattern(pattern: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (pattern === value) return true;
  if (!pattern.includes('*')) return false;
  return segmentsCover(segmentsOf(pattern), segmentsOf(value));
}

/** Whether every text of the narrow pattern is one of the wide pattern too. */
export const segmentsCover = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === narrow.length &&
  wide.every((segment, at) => segment === narrow[at] || (isWild(segment) && narrow[at] !== ''));

/** Whether some text has the values of both patterns. */
export const segmentsMeet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length &&
  one.every((segment, at) => {
    const beside = other[at] ?? '';
    return (
      segment === beside || (isWild(segment) && beside !== '') || (isWild(beside) && segment !== '')
    );
  });
