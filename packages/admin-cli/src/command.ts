import type { Context } from './context.ts';
import type { Exit } from './exit-codes.ts';

/** A value by position. */
export interface ArgumentSpec {
  /** In capitals, as help shows it. */
  readonly name: string;
  readonly about: string;
  readonly optional?: true;
  readonly choices?: readonly string[];
}

/** A flag, with a value or without. */
export interface OptionSpec {
  /** With its dashes: `--until`. */
  readonly flag: `--${string}`;
  readonly short?: `-${string}`;
  /** Name of its value in capitals; a flag without one is a switch. */
  readonly value?: string;
  readonly about: string;
  readonly required?: true;
  /** May be given several times. */
  readonly repeatable?: true;
  readonly choices?: readonly string[];
}

/** What was typed after a command's name. Asking for what the command does not declare is a bug. */
export interface Input {
  argument(name: string): string;
  optionalArgument(name: string): string | undefined;
  value(flag: string): string | undefined;
  /** Values of a repeatable flag; `undefined` where it was not given. */
  values(flag: string): readonly string[] | undefined;
  has(flag: string): boolean;
}

/** What a command has to say: one value for machines, and the same for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: string;
  readonly exit?: Exit;
}

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
