/** A value with what tells it apart from the others of its metric. */
export interface Sample<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

/** One number that is counted up; whoever counts often keeps hold of it. */
export interface Cell {
  value: number;
}

/** The numbers of one counter, by their labels. */
export interface Series<L extends string> extends Iterable<Sample<L>> {
  /** The number of these labels, from 0 on. */
  cell(labels: Readonly<Record<L, string>>): Cell;
  /** Ends every series whose labels fit. */
  forget(fits: (labels: Readonly<Record<L, string>>) => boolean): void;
}

/** Makes the numbers of a counter; none are there before somebody asks for them. */
export function createSeries<L extends string>(names: readonly L[]): Series<L> {
  const cells = new Map<string, Sample<L> & Cell>();
  const keyOf = (labels: Readonly<Record<L, string>>): string =>
    names.map((name) => labels[name]).join('\n');
  return {
    cell(labels) {
      const key = keyOf(labels);
      const known = cells.get(key);
      if (known) return known;
      const made = { labels, value: 0 };
      cells.set(key, made);
      return made;
    },
    forget(fits) {
      for (const [key, { labels }] of cells) if (fits(labels)) cells.delete(key);
    },
    [Symbol.iterator]: () => cells.values(),
  };
}
