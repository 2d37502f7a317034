/** A table in Markdown; what would break a row is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A page: its blocks with a blank line between them. */
export const page = (...blocks: readonly string[]): string => `${blocks.join('\n\n').trimEnd()}\n`;

/** A name as code. */
export const code = (name: string): string => `\`${name}\``;
