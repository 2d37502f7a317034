import type { Knex } from 'knex';
import type { AuditFilter, AuditStore } from '../audit/ports.ts';
import { decodeEntry, encodeEntry, rareEvent, scopesOf } from './audit-rows.ts';
import type { AuditRow } from './audit-rows.ts';
import { DERIVATION_INSERT, encodeDerivation } from './derivations.ts';

type Query = Knex.QueryBuilder<AuditRow, AuditRow[]>;

/**
 * Each condition is worded so that one of the partial indexes of the schema answers it; the decision is one of two
 * fixed words and stands in the text because a bound parameter would hide it from the planner.
 */
function narrow(db: Knex, filter: AuditFilter): Query {
  const query = db<AuditRow>('audit_log') as Query;
  const { client, subject, event, decision, scope, jti, requestId, since, until } = filter;
  if (scope !== undefined) {
    void query.join('audit_scopes', 'record', 'id').where({ scope });
  }
  if (client !== undefined) void query.where({ client });
  if (jti !== undefined) void query.where({ jti });
  if (requestId !== undefined) void query.where({ request_id: requestId });
  if (since !== undefined) void query.where('time', '>=', since);
  if (until !== undefined) void query.where('time', '<', until);
  if (event !== undefined) {
    void query.where(rareEvent(event) === null ? { event } : { rare_event: event });
  }
  if (decision !== undefined) {
    void query.whereRaw(decision === 'refused' ? `decision = 'refused'` : `decision = 'granted'`);
  }
  if (subject !== undefined) {
    void query.where((either) => {
      void either
        .where({ client: subject, subject })
        .orWhereRaw(`(subject = ? and subject <> coalesce(client, ''))`, [subject]);
    });
  }
  return query;
}

/** The audit log: appended to and read, never changed. */
export const createAuditStore = (db: Knex): AuditStore => ({
  async append(entry, derivation) {
    const [row] = await db('audit_log').insert(encodeEntry(entry)).returning('id');
    const scopes = [...scopesOf(entry)].map((scope) => ({ scope, record: row.id as number }));
    for (const each of scopes) await db('audit_scopes').insert(each);
    if (derivation) await db.raw(DERIVATION_INSERT, encodeDerivation(derivation));
  },
  async list(filter, { limit, order, after, before }) {
    const place = filter.scope === undefined ? 'id' : 'record'; // where the narrower index has it in order
    const page = narrow(db, filter)
      .select('id', 'entry')
      .orderBy(place, order === 'oldest-first' ? 'asc' : 'desc')
      .limit(limit);
    if (after !== undefined) void page.where(place, '>', after);
    if (before !== undefined) void page.where(place, '<', before);
    const rows = await page;
    const [count] = await narrow(db, filter).count({ total: '*' });
    return { items: rows.map(decodeEntry), total: Number((count as { total?: unknown }).total) };
  },
  async findIssuance(jti) {
    const row = await (db<AuditRow>('audit_log') as Query)
      .where({ jti })
      .whereIn('event', ['token.issued', 'token.exchanged'])
      .orderBy('id')
      .first('id', 'entry');
    return row && decodeEntry(row);
  },
});
