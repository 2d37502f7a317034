import type { RunTask } from './tasks.ts';

/** Makes log snapshots that are looked at beside everything else that goes on. */
export interface LogExaminer {
  /** Takes a snapshot. `meanwhile` runs while nobody can write, so what it reads is of the same moment. */
  open<T>(meanwhile: () => Promise<T>): Promise<{ examination: Examination; read: T }>;
}

/** A snapshot under examination. */
export interface Examination {
  /** How many tasks it carries out at once. */
  readonly lanes: number;
  run: RunTask;
  /** Gives it up, whatever is under way. */
  close(): Promise<void>;
}
