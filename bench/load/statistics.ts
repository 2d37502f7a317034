/** A figure over the rounds of a run. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: percentile(values, 50),
  lowest: percentile(values, 0),
  highest: percentile(values, 100),
});

/** The value below which a share of the values lies, by nearest rank; the median of an even number is the lower one. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new Error('there is nothing to take a percentile of');
  return value;
}
