import type { Aim } from './aims.ts';
import type { Cores } from './machine/cores.ts';
import type { Measurement, Schedule } from './measure.ts';
import type { Options } from './options.ts';
import type { PacedFigures } from './paced.ts';
import type { Homes } from './seed/homes.ts';

/** What a suite runs with. */
export interface SuiteContext {
  readonly options: Options;
  readonly schedule: Schedule;
  readonly cores: Cores | undefined;
  readonly homes: Homes;
}

/** How long one thing took, each time that it was done. */
export interface TimeFigures {
  readonly name: string;
  readonly timesMs: readonly number[];
}

export interface SuiteResult extends Partial<Measurement> {
  readonly times?: readonly TimeFigures[];
  readonly paced?: readonly PacedFigures[];
  readonly aims: readonly Aim[];
}

/** Rows that are measured together. It starts its servers, and stops them whatever happens. */
export type Suite = (context: SuiteContext) => Promise<SuiteResult>;
