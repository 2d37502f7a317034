import type { Command } from '../../packages/admin-cli/src/command.ts';
import { COMMANDS, GROUPS } from '../../packages/admin-cli/src/commands.ts';
import { EXIT, EXIT_MEANINGS } from '../../packages/admin-cli/src/exit-codes.ts';
import type { Exit } from '../../packages/admin-cli/src/exit-codes.ts';
import { GLOBAL_OPTIONS, VARIABLES } from '../../packages/admin-cli/src/global-options.ts';
import { optionsOf, writeFlag } from '../../packages/admin-cli/src/program.ts';
import type { ArgumentSpec, OptionSpec } from '../../packages/admin-cli/src/syntax.ts';
import { code, page, table } from './markdown.ts';

/** The page of `ambit`, from the data that its parser and help are made of. */
export const renderCli = (): string =>
  page(
    '# `ambit`',
    'Governs an Ambit identity provider over its admin API. Data goes to stdout, everything else to stderr; `-` reads a file or token from stdin.',
    '## Options of every command',
    optionsTable(GLOBAL_OPTIONS),
    '## Configuration',
    'Flags come first, then variables, then the profile named, then `$AMBIT_HOME/admin.json`. A secret from a file is sent only to the URL that the file names.',
    table(
      ['variable', 'stands for'],
      Object.entries(VARIABLES).map(([name, about]) => [code(name), about]),
    ),
    '## Exit codes',
    table(
      ['code', 'meaning'],
      (Object.keys(EXIT) as Exit[]).map((exit) => [String(EXIT[exit]), EXIT_MEANINGS[exit]]),
    ),
    ...COMMANDS.flatMap(renderCommand),
  );

function renderCommand(command: Command, index: number): readonly string[] {
  const noun = nounOf(command);
  const previous = COMMANDS[index - 1];
  const isFirst = previous === undefined || nounOf(previous) !== noun;
  const group = GROUPS[noun];
  const taken = command.arguments ?? [];
  const options = optionsOf(command);
  const exits = ['done', 'failed', 'usage', ...command.exits] as const;
  return [
    ...(isFirst ? [group === undefined ? `## ${noun}` : `## ${noun}: ${group}`] : []),
    `### ${code(usageOf(command))}`,
    `${command.summary}.${command.about === undefined ? '' : ` ${command.about}`}`,
    ...(taken.length === 0 ? [] : [argumentsTable(taken)]),
    ...(options.length === 0 ? [] : [optionsTable(options)]),
    `\`\`\`console\n$ ${command.example}\n\`\`\``,
    `Exits ${exits.map((exit) => EXIT[exit]).join(', ')}.`,
  ];
}

const nounOf = ({ name }: Command): string => name.split(' ')[0] ?? name;

const usageOf = ({ name, arguments: taken = [] }: Command): string =>
  ['ambit', name, ...taken.map((one) => (one.optional ? `[${one.name}]` : one.name))].join(' ');

const argumentsTable = (taken: readonly ArgumentSpec[]): string =>
  table(
    ['argument', 'is'],
    taken.map(({ name, about }) => [code(name), about]),
  );

const optionsTable = (options: readonly OptionSpec[]): string =>
  table(
    ['option', 'does'],
    options.map((option) => [code(writeFlag(option)), remarksOn(option)]),
  );

function remarksOn({ about, choices, required, repeatable }: OptionSpec): string {
  const named = (choices ?? []).filter((choice) => choice !== '').map(code);
  const remarks = [
    named.length === 0 ? [] : `one of ${named.join(', ')}`,
    required ? 'required' : [],
    repeatable ? 'may be repeated' : [],
  ].flat();
  return remarks.length === 0 ? about : `${about} (${remarks.join('; ')})`;
}
