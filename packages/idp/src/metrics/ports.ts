/** How many secrets there are of one age and last use, each as the index of its bucket. */
export interface SecretCount {
  readonly age: number;
  /** Absent for secrets that were never used. */
  readonly lastUse?: number;
  readonly count: number;
}

/** Counts the secrets of clients without loading the clients. */
export interface SecretStore {
  /**
   * Live secrets of enabled clients, by age and by last use. A bucket begins where its bound says, in milliseconds before
   * `now`; bounds ascend and begin with 0. What is dated in the future is in the first bucket.
   */
  countSecrets(question: {
    readonly now: number;
    readonly ageBounds: readonly number[];
    readonly useBounds: readonly number[];
  }): Promise<readonly SecretCount[]>;
}

/** A transaction of the store that has committed: small writes together, or one change with its wait for others. */
export interface Commit {
  readonly kind: 'group' | 'change';
  /** 1 for a change. */
  readonly writes: number;
  readonly seconds: number;
}
