/** How a check came out; `skipped` where what it needs is not to be had. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skipped';

/** One thing that was looked at. */
export interface Check {
  /** Stable name, `clock` for example. */
  readonly check: string;
  readonly status: CheckStatus;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A check that found nothing amiss. */
export const fine = (check: string, message: string): Check => ({ check, status: 'ok', message });

/** A check that could not be made. */
export const skipped = (check: string, message: string): Check => ({
  check,
  status: 'skipped',
  message,
});
