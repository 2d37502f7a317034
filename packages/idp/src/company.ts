import type { ActivityReport } from './activity/activity.ts';
import type { Counting } from './limits/counting.ts';
import type { Exposed } from './metrics/registry.ts';
import type { Readiness } from './web/health.ts';

/**
 * The processes of a server that is several, as one of them knows them (ADR-0017): what all of them have in common and
 * no single one can tell.
 */
export interface Company {
  /** Counts what is limited, for all of them. */
  readonly counting?: Counting;
  /** The metrics of all of them. */
  expose(): Promise<Exposed>;
  /** What all of them have decided lately. */
  reportActivity(): Promise<ActivityReport>;
  /** Whether all of them can do their work; for the management listener. */
  readiness?(): Promise<Readiness>;
  /** Whether another process looks after the house: this one then does what each has to do for itself alone. */
  readonly isWorker: boolean;
}
