import type { Database, Statement } from 'better-sqlite3';
import type { Term } from '../../audit/terms.ts';

/** How many words go into one statement at most; few records have more. */
const AT_ONCE = 16;

/** Puts the words of a record into the index, in the transaction that is open. */
export type InsertTerms = (terms: readonly Term[], time: number, record: number) => void;

/**
 * Prepares what puts words into the index, many by one statement, which costs as much as a word does.
 *
 * `or fail` lets a statement that fails leave what it has done, and so spares the journal of its own that undoes it: a write
 * that fails has its transaction undone.
 */
export function prepareTermsInsert(writer: Database): InsertTerms {
  const statements: Statement[] = [];
  const prepare = (count: number): Statement =>
    writer.prepare(
      `insert or fail into audit_terms (term, time, record)
        select column1, ?, ? from (values ${Array(count).fill('(?)').join(', ')})`,
    );
  return (terms, time, record) => {
    for (let from = 0; from < terms.length; from += AT_ONCE) {
      const some = terms.slice(from, from + AT_ONCE);
      (statements[some.length] ??= prepare(some.length)).run(time, record, ...some);
    }
  };
}
