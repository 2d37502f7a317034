import { termsOf } from '../terms.ts';
import type { LogFinding } from './findings.ts';
import type { LogSnapshot } from './ports.ts';
import { readEntry } from './read-entry.ts';

/** Names the first record with an id in a range that the index has too few or too many words for. */
export async function findIndexFault(
  snapshot: Pick<LogSnapshot, 'links' | 'wordsOf'>,
  from: number,
  to: number,
): Promise<LogFinding | undefined> {
  const indexed = new Map<number, Map<string, string>>();
  for (const { term, time, record } of await snapshot.wordsOf(from, to)) {
    const words = indexed.get(record) ?? new Map<string, string>();
    indexed.set(record, words.set(wordAt(term, time), term));
  }
  for await (const rows of snapshot.links(from, to)) {
    for (const { id, writer, sequence, time, entry } of rows) {
      const place = { id, writer, sequence };
      const found = indexed.get(id) ?? new Map<string, string>();
      for (const term of wordsOf(entry)) {
        const isThere = found.delete(wordAt(term, time));
        if (!isThere) return { code: 'record.unindexed', ...place, word: term };
      }
      const [surplus] = found.values();
      if (surplus !== undefined) return { code: 'record.misindexed', ...place, word: surplus };
      indexed.delete(id);
    }
  }
  const [stray] = indexed;
  if (stray === undefined) return undefined;
  const [record, words] = stray;
  return { code: 'index.stray', record: String(record), word: [...words.values()].join() };
}

/** A word under the time of its record: under another time it is found in another place. */
const wordAt = (term: string, time: number): string => `${String(time)} ${term}`;

function wordsOf(text: string): readonly string[] {
  const entry = readEntry(text);
  return entry === undefined ? [] : termsOf(entry);
}
