import { parseArgs } from 'node:util';
import type { Schedule } from './measure.ts';

/** What to run, as the command line says. */
export interface Options {
  readonly short: boolean;
  /** The one suite to run; absent, all of them. */
  readonly only?: string;
}

/** Reads the command line; throws on what it does not know. */
export function readOptions(args: readonly string[], suites: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { short: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  const { short, only } = values;
  if (only !== undefined && !suites.includes(only)) {
    throw new Error(`--only takes one of ${suites.join(', ')}`);
  }
  return { short, ...(only === undefined ? {} : { only }) };
}

const CONNECTIONS = 16;

/**
 * The full form is for figures to keep; the short one tells within a minute or so whether something went badly wrong.
 */
export const scheduleOf = ({ short }: Options): Schedule =>
  short
    ? { connections: CONNECTIONS, warmUpMs: 1_500, warmUpPasses: 0, rounds: 3, roundMs: 700 }
    : { connections: CONNECTIONS, warmUpMs: 6_000, warmUpPasses: 2, rounds: 9, roundMs: 2_000 };
