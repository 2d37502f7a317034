import type { Knex } from 'knex';
import type { Revision, RevisionStore } from '../revision.ts';

/** The revision counter: one row, which every writer takes first and which thereby serialises them. */
export const createRevisionStore = (db: Knex): RevisionStore => ({
  async read() {
    const row = await db<Revision & { id: number }>('revision').where({ id: 1 }).first();
    if (row === undefined) throw new Error('the revision counter is missing');
    const { number, catalog, clients, keys, revocations } = row;
    return { number, catalog, clients, keys, revocations };
  },
  async advance(parts) {
    const row = await db<Revision & { id: number }>('revision').where({ id: 1 }).first('number');
    const number = (row?.number ?? 0) + 1;
    const touched = Object.fromEntries(parts.map((part) => [part, number]));
    await db('revision')
      .where({ id: 1 })
      .update({ number, ...touched });
    return number;
  },
});
