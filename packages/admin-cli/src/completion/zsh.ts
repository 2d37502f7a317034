import type { CompletionNode } from './tree.ts';

/** The completion script of zsh. */
export function writeZshCompletion(tree: readonly CompletionNode[]): string {
  const names = tree.flatMap(({ at }) => (at === '' ? [] : `'${at}'`));
  return `#compdef ambit
_ambit() {
  local at='' i
  local -a choices options
  for ((i = 2; i < CURRENT; i++)); do
    case "\${at:+$at }\${words[i]}" in
      ${names.join('|')}) at="\${at:+$at }\${words[i]}" ;;
    esac
  done
  case "$at/\${words[CURRENT-1]}" in
${tree.flatMap(writeValues).join('\n')}
  esac
  case "$at" in
${tree.map(writeNode).join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o option options
  elif (( \${#choices} )); then
    compadd -a choices
  else
    _files
  fi
}
if [[ \${funcstack[1]} == _ambit ]]; then _ambit "$@"; else compdef _ambit ambit; fi
`;
}

function writeNode({ at, words, flags }: CompletionNode): string {
  const options = flags.map(({ flag, about }) => `'${flag}:${quote(about)}'`).join(' ');
  return `    '${at}') choices=(${words.join(' ')}) options=(${options}) ;;`;
}

const writeValues = ({ at, flags }: CompletionNode): readonly string[] =>
  flags.flatMap(({ flag, values, takesValue }) => {
    if (!takesValue) return [];
    const offer = values.length === 0 ? '_files' : `compadd ${values.join(' ')}`;
    return [`    '${at}/${flag}') ${offer}; return ;;`];
  });

/** Inside single quotes, where a colon would end the word. */
const quote = (text: string): string => text.replace(/'/g, `'\\''`).replace(/:/g, '\\:');
