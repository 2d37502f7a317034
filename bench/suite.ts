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

/** How long a server takes from being spawned to listening. */
export interface StartFigures {
  readonly name: string;
  readonly startsMs: readonly number[];
}

export interface SuiteResult extends Partial<Measurement> {
  readonly starts?: readonly StartFigures[];
  readonly paced?: readonly PacedFigures[];
  readonly aims: readonly Aim[];
}

/** Rows that are measured together. It starts its servers, and stops them whatever happens. */
export type Suite = (context: SuiteContext) => Promise<SuiteResult>;
