import type { Context } from './context.ts';
import type { Exit } from './exit-codes.ts';
import type { Answer } from './output/answer.ts';
import type { ArgumentSpec, Input, OptionSpec } from './syntax.ts';

/** A command as data: its parser, help, shell completion and reference page are made from this. */
export interface Command {
  /** Noun and verb: `client secret add`. */
  readonly name: string;
  readonly summary: string;
  /** What else is good to know, in whole sentences. */
  readonly about?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly example: string;
  /** Ways to end that are its own, besides done, failed and usage. */
  readonly exits: readonly Exit[];
  /** It changes something on the server: it asks first, or needs `--yes`. */
  readonly changes?: true;
  /** Absent where it has written all it had to say already. */
  readonly run: (input: Input, context: Context) => Promise<Answer | undefined>;
}

/** Ways to end of whatever talks to a server. */
export const ONLINE: readonly Exit[] = ['refused', 'unreachable'];
