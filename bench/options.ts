import { parseArgs } from 'node:util';
import { present } from '@ambit/scope-catalog';
import type { Credentials } from './load/requests.ts';
import type { Schedule } from './measure.ts';

/** What to run, as the command line says. */
export interface Options {
  readonly short: boolean;
  /** The one suite to run; absent, all of them. */
  readonly only?: string;
  /** Measures a million clients too, which takes minutes to lay out. */
  readonly million: boolean;
  /** A token endpoint of somebody else's to measure beside. */
  readonly other?: {
    readonly url: string;
    readonly client: Credentials;
    readonly form: Readonly<Record<string, string>>;
  };
}

/** Reads the command line; throws on what it does not know. */
export function readOptions(args: readonly string[], suites: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      million: { type: 'boolean', default: false },
      only: { type: 'string' },
      against: { type: 'string' },
      client: { type: 'string', default: '' },
      secret: { type: 'string', default: '' },
      form: { type: 'string', default: '' },
    },
  });
  const { short, only, million } = values;
  if (only !== undefined && !suites.includes(only)) {
    throw new Error(`--only takes one of ${suites.join(', ')}`);
  }
  const { against: url, client: clientId, secret: clientSecret } = values;
  const form = {
    grant_type: 'client_credentials',
    ...Object.fromEntries(new URLSearchParams(values.form)),
  };
  const other = url === undefined ? undefined : { url, client: { clientId, clientSecret }, form };
  return { short, million, ...present({ only, other }) };
}

const CONNECTIONS = 16;

/**
 * The full form is for figures to keep; the short one tells within a minute or so whether something went badly wrong.
 */
export const scheduleOf = ({ short }: Options): Schedule =>
  short
    ? { connections: CONNECTIONS, warmUpMs: 1_500, warmUpPasses: 0, rounds: 3, roundMs: 700 }
    : { connections: CONNECTIONS, warmUpMs: 6_000, warmUpPasses: 2, rounds: 9, roundMs: 2_000 };
