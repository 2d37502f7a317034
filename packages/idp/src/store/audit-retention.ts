import type { Knex } from 'knex';
import { toHex } from '../audit/chain.ts';
import type { AuditRetention, PersonalMatch, StoredLink } from '../audit/ports.ts';
import { termsOf } from '../audit/terms.ts';
import type { AuditEntry, PersonalFields } from '../audit/record.ts';
import type { AuditRow, ChainRow, IdOf, TermRow } from './audit-rows.ts';

const decodeLink = (row: AuditRow): StoredLink => ({
  id: row.id,
  writer: row.writer,
  sequence: row.sequence,
  time: row.time,
  digest: toHex(row.digest),
  entry: row.entry,
  personal: row.personal,
  personalDigest: row.personal_digest === null ? null : toHex(row.personal_digest),
});

/** The words that lead to a record. */
const wordsOf = ({ id, time, entry }: StoredLink): TermRow[] =>
  termsOf(JSON.parse(entry) as AuditEntry).map((term) => ({ term, time, record: id }));

/** What is taken out of the log: by its age, or for one person. */
export const createAuditRetention = (db: Knex, idOf: IdOf): AuditRetention => ({
  async links(writer, after, limit) {
    const rows = await db<AuditRow>('audit_log')
      .where({ writer })
      .andWhereBetween('id', [idOf(writer, after + 1), idOf(writer, after + limit)])
      .orderBy('id')
      .limit(limit)
      .select<AuditRow[]>('*');
    return rows.map(decodeLink);
  },

  async drop(links) {
    const last = links.at(-1);
    if (last === undefined) return;
    const words = links.flatMap(wordsOf).map(({ term, time, record }) => [term, time, record]);
    await db('audit_terms').whereIn(['term', 'time', 'record'], words).delete();
    await db<AuditRow>('audit_log')
      .whereIn(
        'id',
        links.map(({ id }) => id),
      )
      .delete();
    await db<ChainRow>('audit_chains')
      .where({ writer: last.writer })
      .andWhere('base_sequence', '<', last.sequence) // another process may have come further
      .update({ base_sequence: last.sequence, base_digest: Buffer.from(last.digest, 'hex') });
  },

  async findPersonal(match, after, span) {
    const rows = await db<AuditRow>('audit_log')
      .where('id', '>', after)
      .orderBy('id')
      .limit(span)
      .select<Pick<AuditRow, 'id' | 'personal'>[]>('id', 'personal');
    const ids = rows.filter(({ personal }) => holds(personal, match)).map(({ id }) => id);
    const last = rows.at(-1);
    return { ids, ...(last && rows.length === span ? { next: last.id } : {}) };
  },

  async erasePersonal(ids) {
    await db<AuditRow>('audit_log')
      .whereIn('id', [...ids])
      .update({ personal: null });
  },

  async noteImpersonal(writer, sequence) {
    await db<ChainRow>('audit_chains')
      .where({ writer })
      .andWhere('impersonal_to', '<', sequence)
      .update({ impersonal_to: sequence });
  },
});

function holds(personal: string | null, match: PersonalMatch): boolean {
  if (personal === null) return false;
  const fields = JSON.parse(personal) as PersonalFields;
  return 'address' in match
    ? fields.address === match.address
    : fields.externalSubject === match.externalSubject;
}
