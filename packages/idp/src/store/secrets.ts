import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { SecretCount, SecretStore } from '../metrics/ports.ts';

/** How many clients are looked at in one go: the engine may hold up everybody else for as long as that takes. */
const AT_A_TIME = 500;

interface CountRow {
  readonly age: number;
  readonly last_use: number | null;
  readonly count: number;
}

/** The bucket of a time: the last one whose bound lies at or after it. */
function bucket(column: string, now: number, bounds: readonly number[]) {
  const oldestFirst = bounds
    .slice(1)
    .map((bound, index) => [now - bound, index + 1])
    .toReversed();
  const cases = oldestFirst.map(() => `when ${column} <= ? then ?`).join(' ');
  return {
    sql: `case when ${column} is null then null ${cases} else 0 end`,
    values: oldestFirst.flat(),
  };
}

/** Secrets of clients, counted where they are, a part of the clients after the other. */
export function createSecretStore(db: Knex): SecretStore {
  /** The last client of the part that begins after one; absent where there is no whole part any more. */
  const endOfPart = async (after: string): Promise<string | undefined> => {
    const row = await db<{ client_id: string }>('clients')
      .where('client_id', '>', after)
      .orderBy('client_id')
      .offset(AT_A_TIME - 1)
      .first('client_id');
    return row?.client_id;
  };

  return {
    async countSecrets({ now, ageBounds, useBounds }) {
      const age = bucket('s.created_at', now, ageBounds);
      const use = bucket('s.last_used_at', now, useBounds);
      const countPart = (after: string, end: string | undefined) => {
        const part = db
          .from({ s: 'client_secrets' })
          .join({ c: 'clients' }, 'c.client_id', 's.client_id')
          .where('s.client_id', '>', after)
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
        return end === undefined ? part : part.where('s.client_id', '<=', end);
      };

      const rows: CountRow[] = [];
      let after = '';
      for (;;) {
        const end = await endOfPart(after);
        rows.push(...(await countPart(after, end)));
        if (end === undefined) return addUp(rows);
        after = end;
        await setImmediate();
      }
    },
  };
}

function addUp(rows: readonly CountRow[]): SecretCount[] {
  const groups = Map.groupBy(rows, ({ age, last_use: use }) => `${String(age)} ${String(use)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return {
      age: first.age,
      count: group.reduce((sum, { count }) => sum + Number(count), 0),
      ...(first.last_use === null ? {} : { lastUse: first.last_use }),
    };
  });
}
