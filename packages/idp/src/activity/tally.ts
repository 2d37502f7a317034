/** How often a name was seen. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** How often names were seen. */
export interface Tally extends Iterable<readonly [string, number]> {
  add(name: string, times?: number): void;
  /** The names seen most, most frequent first, and by name where they are even. */
  most(limit: number): readonly Counted[];
}

/** How many names are told apart; whoever comes later is one of the others. */
export const NAMES_MOST = 1_000;

/** What stands for all names beyond the bound. */
export const OTHERS = '(others)';

/** Makes a tally, which begins with the sum of others. */
export function createTally(sum: Iterable<Iterable<readonly [string, number]>> = []): Tally {
  const counts = new Map<string, number>();
  const tally: Tally = {
    add(name, times = 1) {
      const key = counts.has(name) || counts.size < NAMES_MOST ? name : OTHERS;
      counts.set(key, (counts.get(key) ?? 0) + times);
    },
    most: (limit) =>
      [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
        .slice(0, limit),
    [Symbol.iterator]: () => counts[Symbol.iterator](),
  };
  for (const part of sum) for (const [name, count] of part) tally.add(name, count);
  return tally;
}
