/** One page of a list, with how many items the whole list has. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Whether there may be more than `total`, which nobody has counted. */
  readonly uncounted?: true;
}
