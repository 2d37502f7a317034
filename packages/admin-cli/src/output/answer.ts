import { Document, visit } from 'yaml';
import type { Exit } from '../exit-codes.ts';
import type { Output } from '../global-options.ts';
import { escapeUnprintable, needsEscapes } from './printable.ts';

/** What a command has to say: one value for machines, and the same for people; made only for whom it is. */
export interface Answer {
  readonly data: unknown;
  readonly text: string | (() => string);
  readonly exit?: Exit;
}

/** An answer as it goes to stdout, ending in a line break unless there is nothing to say. */
export function writeAnswer(answer: Answer, output: Output): string {
  switch (output) {
    case 'json':
      return `${escapeUnprintable(JSON.stringify(answer.data, null, 2))}\n`;
    case 'yaml':
      return writeYaml(answer.data);
    case 'table': {
      const text = typeof answer.text === 'string' ? answer.text : answer.text();
      return text === '' || text.endsWith('\n') ? text : `${text}\n`;
    }
  }
}

/** One record of a stream: a line of text or of JSON (NDJSON), or a YAML document. */
export function writeRecord(data: unknown, text: string, output: Output): string {
  switch (output) {
    case 'json':
      return `${escapeUnprintable(JSON.stringify(data))}\n`;
    case 'yaml':
      return `---\n${writeYaml(data)}`;
    case 'table':
      return `${text}\n`;
  }
}

/** YAML without anchors or folded lines, so that a catalog written so can be read again. */
export function writeYaml(data: unknown): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && needsEscapes(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeUnprintable(document.toString({ lineWidth: 0 }));
}
