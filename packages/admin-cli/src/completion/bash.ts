import type { CompletionNode } from './tree.ts';

/** The completion script of bash. Where it knows nothing better, bash completes file names. */
export function writeBashCompletion(tree: readonly CompletionNode[]): string {
  const names = tree.flatMap(({ at }) => (at === '' ? [] : `'${at}'`));
  return `# bash completion of ambit
_ambit() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at='' words='' flags='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${at:+$at }\${COMP_WORDS[i]}" in
      ${names.join('|')}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${tree.map(writeNode).join('\n')}
  esac
  case "$at/$before" in
${tree.flatMap(writeValues).join('\n')}
  esac
  if [[ $current == -* ]]; then words=$flags; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ambit ambit
`;
}

const writeNode = ({ at, words, flags }: CompletionNode): string =>
  `    '${at}') words='${words.join(' ')}' flags='${flags.map(({ flag }) => flag).join(' ')}' ;;`;

const writeValues = ({ at, flags }: CompletionNode): readonly string[] =>
  flags.flatMap(({ flag, takesValue, values }) =>
    takesValue ? [`    '${at}/${flag}') words='${values.join(' ')}' ;;`] : [],
  );
