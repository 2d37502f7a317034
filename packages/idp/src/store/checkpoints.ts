import type { Knex } from 'knex';
import type { CheckpointStore, StoredCheckpoint } from '../audit/ports.ts';

/** The row of checkpoints. */
export function createCheckpointStore(db: Knex): CheckpointStore {
  const table = () => db<StoredCheckpoint>('audit_checkpoints');
  return {
    newest: () => table().orderBy('number', 'desc').first('number', 'statement'),
    list: (after, limit) =>
      table()
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .select('number', 'statement'),
    async insert({ number, statement }) {
      await table().insert({ number, statement });
    },
    async dropBelow(number) {
      await table().where('number', '<', number).delete();
    },
  };
}
