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
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(value);
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => segment === given[at] || (isWild(segment) && given[at] !== ''))
  );
}

/** Whether some text has the values of both patterns. */
export function patternsMeet(one: string, other: string): boolean {
  const [first, second] = [segmentsOf(one), segmentsOf(other)];
  return (
    first.length === second.length &&
    first.every((segment, at) => {
      const beside = second[at] ?? '';
      return (
        segment === beside ||
        (isWild(segment) && beside !== '') ||
        (isWild(beside) && segment !== '')
      );
    })
  );
}

/** Whether every text of the narrow pattern is one of the wide pattern too. */
export const patternCovers = (wide: string, narrow: string): boolean =>
  matchesPattern(wide, narrow);
