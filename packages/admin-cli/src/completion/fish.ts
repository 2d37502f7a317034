import type { CompletionFlag, CompletionNode } from './tree.ts';

/** The completion script of fish. */
export function writeFishCompletion(tree: readonly CompletionNode[]): string {
  const names = tree.flatMap(({ at }) => (at === '' ? [] : `'${at}'`));
  return `# fish completion of ambit
set -g __ambit_names ${names.join(' ')}
function __ambit_at
    set -l at
    for word in (commandline -opc)[2..-1]
        contains -- (string join ' ' -- $at $word) $__ambit_names; and set -a at $word
    end
    test "$at" = "$argv[1]"
end
${tree.flatMap(writeNode).join('\n')}
`;
}

function writeNode({ at, words, flags }: CompletionNode): readonly string[] {
  const start = `complete -c ambit -n "__ambit_at '${at}'"`;
  return [
    ...(words.length === 0 ? [] : [`${start} -f -a '${words.join(' ')}'`]),
    ...flags.map((flag) => `${start} ${writeFlag(flag)}`),
  ];
}

function writeFlag({ flag, short, about, takesValue, values }: CompletionFlag): string {
  return [
    `-l ${flag.slice(2)}`,
    short === undefined ? [] : `-s ${short.slice(1)}`,
    values.length > 0 ? `-x -a '${values.join(' ')}'` : takesValue ? '-r' : [],
    `-d '${about.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`,
  ]
    .flat()
    .join(' ');
}
