import { ratio } from './measure.ts';
import type { RowFigures } from './measure.ts';

/** What Ambit means to reach, as a ratio within one run, so that it means the same on every machine. */
export interface Aim {
  readonly aim: string;
  readonly figure: number;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit?: 's' | 'ms' | 'MiB';
}

export const isMet = ({ figure, bound }: Aim): boolean =>
  'atLeast' in bound ? figure >= bound.atLeast : figure <= bound.atMost;

/**
 * That one row does at least so much of the work of another, twice over: as a client sees it, and per processor time.
 */
export const workAtLeast = (
  rows: readonly RowFigures[],
  ours: string,
  theirs: string,
  atLeast: number,
): Aim[] => [
  {
    aim: `${ours} to ${theirs}: requests/s`,
    figure: ratio(rows, 'requestsPerSecond', ours, theirs),
    bound: { atLeast },
  },
  {
    aim: `${ours} to ${theirs}: requests per CPU second`,
    figure: ratio(rows, 'cpuMicros', theirs, ours),
    bound: { atLeast },
  },
];
