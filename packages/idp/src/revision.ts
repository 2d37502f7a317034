/** The parts of the store whose changes the caches follow one by one. */
export const STATE_PARTS = ['catalog', 'clients', 'keys', 'revocations'] as const;
/** One of {@link STATE_PARTS}. */
export type StatePart = (typeof STATE_PARTS)[number];

/**
 * The revision counter as it stands: the number of the newest change, and for each part the number of the change that
 * last touched it.
 */
export interface Revision extends Readonly<Record<StatePart, number>> {
  readonly number: number;
}

/** Keeps the one counter of all changes. */
export interface RevisionStore {
  read(): Promise<Revision>;
  /** Counts one change, notes it as the newest of the given parts, and gives its number. Inside a transaction only. */
  advance(parts: readonly StatePart[]): Promise<number>;
}
