/**
 * Sums by which the index is held against the records without sorting either: every word that a record should be found by
 * is added to its cell, every word that the index has for it is taken away. What is left of a cell that is whole is 0.
 *
 * A word counts by a mixed number of 64 bits under keys that are drawn anew for each verification, so that nobody can
 * choose words that cancel out. Cells lie in shared memory, since records and index are read side by side.
 */
export interface WordSums {
  /** Ids of the first and the last record. */
  readonly first: number;
  readonly last: number;
  /** How many ids share a cell. */
  readonly width: number;
  readonly keys: readonly [number, number];
  /** Two halves for each cell. */
  readonly cells: Uint32Array<SharedArrayBuffer>;
}

const MOST_CELLS = 2 ** 20;

/** Makes sums, all 0, for records with ids in a range. */
export function createWordSums(
  first: number,
  last: number,
  keys: readonly [number, number],
): WordSums {
  const span = last - first + 1;
  const width = Math.max(1, Math.ceil(span / MOST_CELLS));
  const cells = Math.max(1, Math.ceil(span / width));
  const memory = new SharedArrayBuffer(cells * 2 * Uint32Array.BYTES_PER_ELEMENT);
  return { first, last, width, keys, cells: new Uint32Array(memory) };
}

/** Counts a word that a record should have (`1`), or that the index has for it (`-1`). */
export function countWord(
  sums: WordSums,
  sign: 1 | -1,
  term: string,
  time: number,
  record: number,
): void {
  let [one, two] = sums.keys;
  for (let index = 0; index < term.length; index += 1) {
    const code = term.charCodeAt(index);
    one = Math.imul(one ^ code, 0x9e3779b1);
    two = Math.imul(two ^ code, 0x5f356495);
  }
  one = Math.imul(one ^ record, 0x9e3779b1) ^ (two >>> 15);
  two = Math.imul(two ^ (record / HALF), 0x5f356495) ^ (one >>> 13);
  one = Math.imul(one ^ time, 0x9e3779b1) ^ (two >>> 15);
  two = Math.imul(two ^ (time / HALF), 0x5f356495) ^ (one >>> 13);
  const cell = 2 * Math.floor((record - sums.first) / sums.width);
  Atomics.add(sums.cells, cell, Math.imul(sign, mix(one)));
  Atomics.add(sums.cells, cell + 1, Math.imul(sign, mix(two)));
}

const HALF = 2 ** 32;

/** The finaliser of MurmurHash3: every bit of the number depends on every bit given. */
function mix(number: number): number {
  const a = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}

/** The ids of the first cell in which records and index differ. */
export function firstDifference({
  first,
  last,
  width,
  cells,
}: WordSums): { readonly from: number; readonly to: number } | undefined {
  const cell = Math.floor(cells.findIndex((sum) => sum !== 0) / 2);
  if (cell < 0) return undefined;
  const from = first + cell * width;
  return { from, to: Math.min(from + width - 1, last) };
}
