import { distance } from 'fastest-levenshtein';

/** Names longer than this are nobody's typing error. */
const LONGEST = 256;

/** How far apart two names may be and still be called near. */
const reach = (length: number): number =>
  length < 4 ? 1 : Math.min(6, Math.max(2, Math.floor(length / 4)));

const segmentsInOrder = (name: string): string => name.split(/[:.]/).sort().join(':');

/**
 * The candidates a mistyped name most likely means, nearest first and then by name; none when none is near.
 *
 * Letter case does not count, and segments in another order (`read:orders` for `orders:read`) are one step away.
 */
export function suggestNames(name: string, candidates: Iterable<string>, most = 3): string[] {
  if (name.length > LONGEST) return [];
  const wanted = name.toLowerCase();
  const wantedSegments = segmentsInOrder(wanted);
  const limit = reach(wanted.length);
  const near: { candidate: string; steps: number }[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const lower = candidate.toLowerCase();
    const steps =
      candidate.length === wanted.length && segmentsInOrder(lower) === wantedSegments
        ? Math.min(1, distance(wanted, lower))
        : distance(wanted, lower);
    if (steps <= limit) near.push({ candidate, steps });
  }
  return near
    .sort((a, b) => a.steps - b.steps || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}
