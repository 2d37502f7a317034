import { Argument, Command as Program, CommanderError, Option } from 'commander';
import type { ArgumentSpec, Input, OptionSpec } from './syntax.ts';
import type { Command } from './command.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { GLOBAL_OPTIONS, YES } from './global-options.ts';
import { createInput } from './input.ts';
import type { Io } from './io.ts';

/** What the command line asks for. */
export interface Invocation {
  readonly command: Command;
  readonly input: Input;
}

/**
 * Reads a command line by the commands given as data.
 *
 * Gives `undefined` where help or the version was asked for, which is then written already. Usage errors are a
 * {@link Failure} whose hint names the nearest command or flag.
 */
export function readCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
  about: { readonly groups: Readonly<Record<string, string>>; readonly version: string },
  io: Pick<Io, 'stdout' | 'stderr'>,
): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = buildProgram(commands, about, io, (command, input) => {
    invocation = { command, input };
  });
  try {
    const [first, ...words] = argv;
    program.parse(first === 'help' ? [...words, '--help'] : argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') {
      throw new Failure('usage', 'a command is missing', nearestHelp(argv, commands));
    }
    if (error.exitCode !== 0) throw usageFailure(error, nearestHelp(argv, commands));
  }
  return invocation;
}

function buildProgram(
  commands: readonly Command[],
  about: { readonly groups: Readonly<Record<string, string>>; readonly version: string },
  io: Pick<Io, 'stdout' | 'stderr'>,
  found: (command: Command, input: Input) => void,
): Program {
  const program = new Program('ambit')
    .description('Governs an Ambit identity provider.')
    .version(about.version, '--version', 'write the version')
    .enablePositionalOptions() // so that `catalog plan --version N` is not ours
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr, outputError: () => undefined })
    .exitOverride()
    .helpCommand(false);
  for (const option of GLOBAL_OPTIONS) program.addOption(buildOption(option));

  program.addHelpOption(helpOption());
  const nodes = new Map<string, Program>([['', program]]);
  const nodeAt = (name: string): Program => {
    const known = nodes.get(name);
    if (known !== undefined) return known;
    const cut = name.lastIndexOf(' ');
    const node = nodeAt(name.slice(0, Math.max(cut, 0))).command(name.slice(cut + 1));
    node
      .enablePositionalOptions()
      .description(about.groups[name] ?? '')
      .helpCommand(false)
      .addHelpOption(helpOption());
    for (const option of GLOBAL_OPTIONS) {
      node.addOption(buildOption(option).helpGroup(COMMON));
    }
    nodes.set(name, node);
    return node;
  };
  for (const command of commands) {
    const node = nodeAt(command.name);
    describe(node, command);
    node.action(() => {
      found(command, createInput(command, node.processedArgs, node.optsWithGlobals()));
    });
  }
  return program;
}

function describe(node: Program, command: Command): void {
  node.summary(command.summary);
  node.description([`${command.summary}.`, command.about].filter(Boolean).join('\n\n'));
  for (const argument of command.arguments ?? []) node.addArgument(buildArgument(argument));
  for (const option of optionsOf(command)) node.addOption(buildOption(option));
  const exits = (['done', 'failed', 'usage', ...command.exits] as const)
    .map((exit) => `  ${String(EXIT[exit])}  ${EXIT_MEANINGS[exit]}`)
    .join('\n');
  node.addHelpText('after', `\nExample:\n  $ ${command.example}\n\nExit codes:\n${exits}`);
}

const COMMON = 'Options of every command:';

const helpOption = (): Option => new Option('-h, --help', 'write this help').helpGroup(COMMON);

/** Every option of a command but the global ones. */
export const optionsOf = (command: Command): readonly OptionSpec[] =>
  command.changes ? [...(command.options ?? []), YES] : (command.options ?? []);

/** A flag as help shows it: `-o, --out OUT`. */
export const writeFlag = ({ flag, short, value }: OptionSpec): string =>
  [short === undefined ? flag : `${short}, ${flag}`, value === undefined ? [] : `<${value}>`]
    .flat()
    .join(' ');

function buildOption(spec: OptionSpec): Option {
  const option = new Option(writeFlag(spec), spec.about);
  if (spec.required) option.makeOptionMandatory();
  if (spec.choices !== undefined) option.choices([...spec.choices]);
  if (spec.repeatable) {
    option.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      value,
    ]);
  }
  return option;
}

function buildArgument(spec: ArgumentSpec): Argument {
  const argument = new Argument(spec.optional ? `[${spec.name}]` : `<${spec.name}>`, spec.about);
  return spec.choices === undefined ? argument : argument.choices([...spec.choices]);
}

/** Commander's `error: unknown command 'x'\n(Did you mean y?)` as one line what happened and one what to do. */
function usageFailure({ message }: CommanderError, help: string): Failure {
  const [first = '', second = ''] = message.split('\n');
  const [what = '', choices] = first
    .replace(/^error: (?:command-argument value)? */, '')
    .replace(/'([^']*)'/g, '`$1`')
    .split('. Allowed choices are ');
  const near = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(second)?.[1]?.split(', ');
  const names = near?.map((name) => `\`${name}\``).join(' or ');
  const said = names === undefined ? help : `did you mean ${names}?`;
  const hint = choices === undefined ? said : `give one of ${choices.replace(/\.$/, '')}`;
  return new Failure('usage', what.replace(/\.$/, ''), hint);
}

/** Points to the help of the command that the line begins with, as far as it is one. */
function nearestHelp(argv: readonly string[], commands: readonly Command[]): string {
  const known = (name: string) =>
    commands.some((command) => `${command.name} `.startsWith(`${name} `));
  let name = '';
  for (const word of argv) {
    const longer = name === '' ? word : `${name} ${word}`;
    if (known(longer)) name = longer;
  }
  return `\`${['ambit', name, '--help'].filter(Boolean).join(' ')}\` shows how`;
}
