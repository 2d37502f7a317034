/** Rolls that come out the same for the same seeds, on every machine. */
export interface Dice {
  /** A whole number from 0 to below the bound. */
  below(bound: number): number;
  /** True in this share of all rolls. */
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Some of these, in another order. */
  some<T>(from: readonly T[], most?: number): T[];
  shuffle<T>(list: readonly T[]): T[];
}

const UINT32 = 0x1_0000_0000;

/** Spreads one number over all bits (the finaliser of MurmurHash3). */
function scatter(state: number): number {
  let bits = state | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Takes up dice; the seeds are a run's and, say, the number of a request, so that each can be rolled for alone. */
export function rollDice(...seeds: readonly number[]): Dice {
  let state = seeds.reduce((mixed, seed) => scatter(mixed ^ scatter(seed + 0x9e3779b9)), 0);
  /** Mulberry32: from 0 to below 1. */
  const roll = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / UINT32;
  };
  const below = (bound: number): number => Math.floor(roll() * bound);
  const shuffle = <T>(list: readonly T[]): T[] => {
    const mixed = [...list];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = below(last + 1);
      [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
    }
    return mixed;
  };
  return {
    below,
    chance: (share) => roll() < share,
    pick(from) {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[below(from.length)] as (typeof from)[number];
    },
    some: (from, most = from.length) => shuffle(from).slice(0, below(most + 1)),
    shuffle,
  };
}
