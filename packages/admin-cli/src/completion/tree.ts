import { present } from '@ambit/scope-catalog';
import type { Command } from '../command.ts';
import type { OptionSpec } from '../syntax.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { optionsOf } from '../program.ts';

/** A flag that may be completed, with the values it takes where those are known. */
export interface CompletionFlag {
  readonly flag: string;
  readonly short?: string;
  readonly about: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** What may follow once the words of `at` stand there: further words, or an argument's known values and flags. */
export interface CompletionNode {
  /** The words so far, `client secret` for example; empty at the beginning. */
  readonly at: string;
  readonly words: readonly string[];
  readonly flags: readonly CompletionFlag[];
}

/** What a shell needs to know of the commands, node by node. */
export function completionTree(commands: readonly Command[]): readonly CompletionNode[] {
  const groups = new Map<string, Set<string>>([['', new Set()]]);
  for (const { name } of commands) {
    const words = name.split(' ');
    words.forEach((word, depth) => {
      const at = words.slice(0, depth).join(' ');
      groups.set(at, (groups.get(at) ?? new Set()).add(word));
    });
  }
  return [
    ...[...groups].map(([at, words]) => ({ at, words: [...words], flags: [] })),
    ...commands.map((command) => ({
      at: command.name,
      words: (command.arguments ?? []).flatMap(({ choices }) => choices ?? []),
      flags: [...optionsOf(command), ...GLOBAL_OPTIONS].map(toFlag),
    })),
  ];
}

const toFlag = ({ flag, short, about, value, choices }: OptionSpec): CompletionFlag => ({
  flag,
  ...present({ short }),
  about,
  takesValue: value !== undefined,
  values: (choices ?? []).filter((choice) => choice !== ''),
});
