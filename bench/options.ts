import { parseArgs } from 'node:util';
import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
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

/** How the benchmark is called. */
export const usageOf = (suites: readonly string[]): string => `usage: npm run bench -- [OPTION…]

  --short          a few minutes, which tell only whether something went badly wrong
  --only SUITE     one of ${suites.join(', ')}
  --million        a million clients too, in the suite clients
  --against URL    another token endpoint beside, over plain http; needs --client and --secret
  --client ID      the client to ask it as
  --secret SECRET  its secret
  --form FORM      more to send there, scope=… for example
  -h, --help       this
`;

/** Reads the command line; the error is the one line to tell. */
export function readOptions(
  args: readonly string[],
  suites: readonly string[],
): Result<Options | 'help', string> {
  const parsed = parse(args);
  if (!parsed.ok) return parsed;
  const { short, only, million, help, ...theirs } = parsed.value;
  if (help) return ok('help');
  if (only !== undefined && !suites.includes(only)) {
    return err(`there is no suite \`${only}\``);
  }
  const other = readOther(theirs);
  return other.ok ? ok({ short, million, ...present({ only, other: other.value }) }) : other;
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        short: { type: 'boolean', default: false },
        million: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        only: { type: 'string' },
        against: { type: 'string' },
        client: { type: 'string' },
        secret: { type: 'string' },
        form: { type: 'string' },
      },
    });
    return ok(values);
  } catch (error) {
    // The library says first what is wrong, and then at length how it could be meant.
    const [what = ''] = (error as Error).message.split(/\.(?:\s|$)|\n/);
    return err(what.charAt(0).toLowerCase() + what.slice(1).replaceAll("'", '`'));
  }
}

/** The server of somebody else's that the command line names. */
function readOther({
  against,
  client: clientId,
  secret: clientSecret,
  form,
}: Readonly<Partial<Record<'against' | 'client' | 'secret' | 'form', string>>>): Result<
  Options['other'],
  string
> {
  if (against === undefined) {
    const lone = { '--client': clientId, '--secret': clientSecret, '--form': form };
    const [first] = Object.entries(lone).filter(([, value]) => value !== undefined);
    return first === undefined ? ok(undefined) : err(`${first[0]} goes with --against`);
  }
  if (URL.parse(against)?.protocol !== 'http:') {
    return err(`--against takes a URL over plain http, and not \`${against}\``);
  }
  if (clientId === undefined || clientSecret === undefined) {
    return err('--against needs --client and --secret');
  }
  const fields = Object.fromEntries(new URLSearchParams(form));
  return ok({
    url: against,
    client: { clientId, clientSecret },
    form: { grant_type: 'client_credentials', ...fields },
  });
}

const CONNECTIONS = 16;

/**
 * The full form is for figures to keep; the short one tells within a minute or so whether something went badly wrong.
 */
export const scheduleOf = ({ short }: Options): Schedule =>
  short
    ? { connections: CONNECTIONS, warmUpMs: 1_500, warmUpPasses: 0, rounds: 3, roundMs: 700 }
    : { connections: CONNECTIONS, warmUpMs: 6_000, warmUpPasses: 2, rounds: 9, roundMs: 2_000 };
