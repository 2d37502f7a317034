import { TERM_KINDS } from '../terms.ts';
import type { Term, TermKind } from '../terms.ts';

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
const HALF = 2 ** 32;

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

/** Whether a record has a cell. */
export const isCounted = ({ first, last }: WordSums, record: number): boolean =>
  Number.isInteger(record) && record >= first && record <= last;

/** Adds the words of one record after the other. */
export interface RecordCounter {
  /** Takes a word of the record at hand. */
  take(kind: TermKind, value: string): void;
  /** Ends the record: its words are added, under its time. */
  end(record: number, time: number): void;
}

/** Makes what adds words of records. */
export function createRecordCounter(sums: WordSums): RecordCounter {
  const mixer = createMixer(sums.keys);
  const begun = new Map(
    TERM_KINDS.map((kind) => {
      mixer.begin();
      mixer.mixText(`${kind}=`);
      return [kind, mixer.state()] as const;
    }),
  );
  const words: number[] = [];
  return {
    take(kind, value) {
      mixer.resume(begun.get(kind) ?? [0, 0]);
      mixer.mixText(value);
      words.push(mixer.one, mixer.two);
    },
    end(record, time) {
      let [one, two] = [0, 0];
      for (let index = 0; index < words.length; index += 2) {
        mixer.finish(words[index] ?? 0, words[index + 1] ?? 0, record, time);
        one += mixer.one;
        two += mixer.two;
      }
      words.length = 0;
      if (isCounted(sums, record)) add(sums, record, one, two);
    },
  };
}

/** Makes what takes words of the index away; the same word again and again is mixed but once. */
export function createIndexCounter(
  sums: WordSums,
): (term: Term, time: number, record: number) => void {
  const mixer = createMixer(sums.keys);
  let last: Term | undefined;
  let mixed: readonly [number, number] = [0, 0];
  return (term, time, record) => {
    if (term !== last) {
      mixer.begin();
      mixer.mixText(term);
      mixed = mixer.state();
      last = term;
    }
    mixer.finish(mixed[0], mixed[1], record, time);
    add(sums, record, -mixer.one, -mixer.two);
  };
}

function add({ first, width, cells }: WordSums, record: number, one: number, two: number): void {
  const cell = 2 * Math.floor((record - first) / width);
  Atomics.add(cells, cell, one);
  Atomics.add(cells, cell + 1, two);
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

/** Two numbers of 32 bits, into which text and numbers are mixed. Kept apart and not made anew, since it runs for every word. */
function createMixer(keys: readonly [number, number]) {
  const mixer = {
    one: 0,
    two: 0,
    begin(): void {
      [mixer.one, mixer.two] = keys;
    },
    resume(state: readonly [number, number]): void {
      mixer.one = state[0];
      mixer.two = state[1];
    },
    state: (): readonly [number, number] => [mixer.one, mixer.two],
    mixText(text: string): void {
      let { one, two } = mixer;
      for (let index = 0; index < text.length; index += 1) {
        const code = text.charCodeAt(index);
        one = Math.imul(one ^ code, 0x9e3779b1);
        two = Math.imul(two ^ code, 0x5f356495);
      }
      mixer.one = one;
      mixer.two = two;
    },
    finish(begunOne: number, begunTwo: number, record: number, time: number): void {
      let one = Math.imul(begunOne ^ record, 0x9e3779b1) ^ (begunTwo >>> 15);
      let two = Math.imul(begunTwo ^ (record / HALF), 0x5f356495) ^ (one >>> 13);
      one = Math.imul(one ^ time, 0x9e3779b1) ^ (two >>> 15);
      two = Math.imul(two ^ (time / HALF), 0x5f356495) ^ (one >>> 13);
      mixer.one = scatter(one);
      mixer.two = scatter(two);
    },
  };
  return mixer;
}

/** The finaliser of MurmurHash3: every bit of the number depends on every bit given. */
function scatter(number: number): number {
  const a = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}
