import type { Knex } from 'knex';
import type { AuditFilter, AuditNews, AuditPosition } from '../audit/ports.ts';
import { decodeRecord } from './audit-rows.ts';
import type { AuditRow, ChainRow, IdOf } from './audit-rows.ts';
import { narrowLog } from './audit-search.ts';

type Rows = Knex.QueryBuilder<AuditRow, AuditRow[]>;

/**
 * What passes a filter of all that was written after a position.
 *
 * INVARIANT: nothing is left out, whoever writes at the same time. The heads are read first: what they say is committed, and
 * up to a head no record of its writer is missing. The new position says of each writer how far its records were looked at.
 */
export async function listNews(
  db: Knex,
  idOf: IdOf,
  filter: AuditFilter,
  after: AuditPosition,
  limit: number,
): Promise<AuditNews> {
  const heads = await db<ChainRow>('audit_chains').orderBy('writer').select('writer', 'sequence');
  const behind = heads.filter(({ writer, sequence }) => sequence > (after.get(writer) ?? 0));
  const [first, ...others] = behind.map(({ writer, sequence }) => {
    const ids = [idOf(writer, (after.get(writer) ?? 0) + 1), idOf(writer, sequence)] as const;
    const rows = db<AuditRow>('audit_log').where({ writer }).whereBetween('id', ids) as Rows;
    void narrowLog(db, rows, filter).orderBy('id').limit(limit).select('audit_log.*');
    return db.select('*').from(rows.as('stretch'));
  });
  if (first === undefined) return { records: [], position: after };
  const rows: AuditRow[] = await first.unionAll(others).orderBy('id').limit(limit);

  const position = new Map(after);
  const seen = rows.length < limit ? behind : rows;
  for (const { writer, sequence } of seen) position.set(writer, sequence);
  return { records: interleave(rows).map(decodeRecord), position };
}

/** Goes by time between writers, and by what it wrote first within each. */
function interleave(rows: readonly AuditRow[]): readonly AuditRow[] {
  const queues = [...Map.groupBy(rows, ({ writer }) => writer).values()];
  if (queues.length <= 1) return rows;
  return rows.map(() => {
    const [next] = queues
      .reduce((earliest, queue) =>
        (queue[0]?.time ?? Infinity) < (earliest[0]?.time ?? Infinity) ? queue : earliest,
      )
      .splice(0, 1);
    if (next === undefined) throw new Error('a row was lost on the way');
    return next;
  });
}
