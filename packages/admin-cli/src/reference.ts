import type { ArgumentSpec, OptionSpec } from './syntax.ts';
import type { Command } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
import type { Exit } from './exit-codes.ts';
import { GLOBAL_OPTIONS, VARIABLES } from './global-options.ts';
import { optionsOf, writeFlag } from './program.ts';

/** The reference page of `ambit` in Markdown, made from the same data as its parser and help. */
export const renderCliReference = (): string =>
  [
    '# `ambit`',
    '',
    'Governs an Ambit identity provider over its admin API. Data goes to stdout, everything else to stderr; `-` reads a file or token from stdin.',
    '',
    '## Options of every command',
    '',
    ...renderOptions(GLOBAL_OPTIONS),
    '',
    '## Configuration',
    '',
    'Flags come first, then variables, then the profile named, then `$AMBIT_HOME/admin.json`. A secret from a file is sent only to the URL that the file names.',
    '',
    ...table(
      ['variable', 'stands for'],
      Object.entries(VARIABLES).map(([name, about]) => [`\`${name}\``, about]),
    ),
    '',
    '## Exit codes',
    '',
    ...table(
      ['code', 'meaning'],
      (Object.keys(EXIT) as Exit[]).map((exit) => [String(EXIT[exit]), EXIT_MEANINGS[exit]]),
    ),
    ...COMMANDS.flatMap(renderCommand),
    '',
  ].join('\n');

function renderCommand(command: Command, index: number): readonly string[] {
  const noun = nounOf(command);
  const previous = COMMANDS[index - 1];
  const isFirst = previous === undefined || nounOf(previous) !== noun;
  const group = GROUPS[noun];
  const options = optionsOf(command);
  return [
    ...(isFirst ? ['', group === undefined ? `## ${noun}` : `## ${noun}: ${group}`] : []),
    '',
    `### \`${renderUsage(command)}\``,
    '',
    `${command.summary}.${command.about === undefined ? '' : ` ${command.about}`}`,
    '',
    ...renderArguments(command.arguments ?? []),
    ...(options.length === 0 ? [] : [...renderOptions(options), '']),
    '```console',
    `$ ${command.example}`,
    '```',
    '',
    `Exits ${['done', 'failed', 'usage', ...command.exits].map((exit) => EXIT[exit as Exit]).join(', ')}.`,
  ];
}

const nounOf = ({ name }: Command): string => name.split(' ')[0] ?? name;

const renderUsage = ({ name, arguments: taken = [] }: Command): string =>
  ['ambit', name, ...taken.map((one) => (one.optional ? `[${one.name}]` : one.name))].join(' ');

const renderArguments = (taken: readonly ArgumentSpec[]): readonly string[] =>
  taken.length === 0
    ? []
    : [
        ...table(
          ['argument', 'is'],
          taken.map(({ name, about }) => [`\`${name}\``, about]),
        ),
        '',
      ];

const renderOptions = (options: readonly OptionSpec[]): readonly string[] =>
  table(
    ['option', 'does'],
    options.map((option) => [`\`${writeFlag(option)}\``, remarksOn(option)]),
  );

function remarksOn({ about, choices, required, repeatable }: OptionSpec): string {
  const named = (choices ?? []).filter((choice) => choice !== '').map((choice) => `\`${choice}\``);
  const remarks = [
    named.length === 0 ? [] : `one of ${named.join(', ')}`,
    required ? 'required' : [],
    repeatable ? 'may be repeated' : [],
  ].flat();
  return remarks.length === 0 ? about : `${about} (${remarks.join('; ')})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
