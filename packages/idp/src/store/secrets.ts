import type { Knex } from 'knex';
import type { SecretStore } from '../metrics/ports.ts';

interface CountRow {
  readonly age: number;
  readonly last_use: number | null;
  readonly count: number;
}

/** The bucket of a time: the last one whose bound lies at or after it. */
function bucket(column: string, now: number, bounds: readonly number[]) {
  const older = bounds.slice(1).map((bound, index) => ({ index: index + 1, until: now - bound }));
  const cases = older.toReversed().map(() => `when ${column} <= ? then ?`);
  return {
    sql: `case when ${column} is null then null ${cases.join(' ')} else 0 end`,
    values: older.toReversed().flatMap(({ until, index }) => [until, index]),
  };
}

/** Secrets of clients, counted where they are. */
export const createSecretStore = (db: Knex): SecretStore => ({
  async countSecrets({ now, ageBounds, useBounds }) {
    const age = bucket('s.created_at', now, ageBounds);
    const use = bucket('s.last_used_at', now, useBounds);
    const rows = await db
      .from({ s: 'client_secrets' })
      .join({ c: 'clients' }, 'c.client_id', 's.client_id')
      .where('c.enabled', true)
      .where((live) => {
        void live.whereNull('s.expires_at').orWhere('s.expires_at', '>', now);
      })
      .select<CountRow[]>(
        db.raw(`${age.sql} as age`, age.values),
        db.raw(`${use.sql} as last_use`, use.values),
        db.raw('count(*) as count'),
      )
      .groupBy('age', 'last_use');
    return rows.map((row) => ({
      age: row.age,
      count: Number(row.count),
      ...(row.last_use === null ? {} : { lastUse: row.last_use }),
    }));
  },
});
