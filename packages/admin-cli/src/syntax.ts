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
