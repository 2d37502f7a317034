import type { Knex } from 'knex';
import { faultOf } from '../unavailable.ts';
import { APPLICATION_ID } from './application.ts';
import type { Connection } from './connection.ts';

/**
 * How much of a group of records is certain when it has committed: `normal` is in the hands of the operating system, which
 * survives the death of the process but not of the machine; `full` is on the disk (ADR-0008).
 */
export type Synchronous = 'normal' | 'full';

/**
 * Runs work in a transaction of the writer, which the caller holds the lock of. It is on the disk when it has committed,
 * whatever is the rule for records.
 */
export async function transact<T>(
  writer: Connection,
  work: (db: Knex) => Promise<T>,
  records: Synchronous,
): Promise<T> {
  const first: { fault?: { readonly error: unknown } } = {};
  writer.bare.pragma('synchronous = full');
  try {
    return await writer.db.transaction(async (trx) => {
      try {
        // Takes the write lock of the file at once, so that what is read is what will be changed.
        await trx.raw(`pragma application_id = ${APPLICATION_ID}`);
        return await work(trx);
      } catch (error) {
        first.fault = { error };
        throw error;
      }
    });
  } catch (error) {
    // On a full disk SQLite has rolled back by itself, and the one that follows fails; what counts is why.
    throw first.fault ? first.fault.error : error;
  } finally {
    if (writer.bare.inTransaction) writer.bare.exec('rollback'); // a commit that failed
    writer.bare.pragma(`synchronous = ${records}`);
  }
}

/** Whether no other process holds the file; what else may be wrong is for whoever writes to find out. */
export function isFree({ bare }: Connection): boolean {
  try {
    bare.exec('begin immediate');
    bare.exec('rollback');
    return true;
  } catch (error) {
    return faultOf(error) !== 'locked';
  }
}
