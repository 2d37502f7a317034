import type { Command } from '../command.ts';
import { writeBashCompletion } from '../completion/bash.ts';
import { writeFishCompletion } from '../completion/fish.ts';
import { writeZshCompletion } from '../completion/zsh.ts';
import { completionTree } from '../completion/tree.ts';

const WRITERS = {
  bash: writeBashCompletion,
  zsh: writeZshCompletion,
  fish: writeFishCompletion,
} as const;

const SHELLS = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

/** `ambit completion`, of the commands given; they are asked for late, since it is one of them. */
export const createCompletionCommand = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'Writes the completion script of a shell',
  about:
    'bash: `source <(ambit completion bash)`; zsh: `ambit completion zsh > "${fpath[1]}/_ambit"`; fish: `ambit completion fish > ~/.config/fish/completions/ambit.fish`.',
  arguments: [{ name: 'SHELL', about: 'the shell', choices: SHELLS }],
  example: 'source <(ambit completion bash)',
  exits: [],
  run(input) {
    const shell = input.argument('SHELL') as keyof typeof WRITERS;
    const script = WRITERS[shell](completionTree(commands()));
    return Promise.resolve({ data: { shell, script }, text: script });
  },
});
