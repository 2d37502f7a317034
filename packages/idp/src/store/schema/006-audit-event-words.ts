import type { Knex } from 'knex';
import { asWord } from '../../audit/terms.ts';
import type { TermRow } from '../audit-rows.ts';
import type { Migration } from './migration.ts';

/**
 * Event and decision become one word of the index (`termsOf`), so that a record of the log costs one less; and words with U+0000,
 * which an embedded database took, become those that they are everywhere.
 */
export const auditEventWords: Migration = {
  name: '006-audit-event-words',
  breaks: true,
  async up(db, dialect) {
    // Whoever writes a record meanwhile would be left with words of the old kind.
    if (dialect === 'postgres') await db.raw('lock table audit_terms in share row exclusive mode');
    else await mendWords(db);
    await db.raw(`
      insert into audit_terms (term, time, record)
      select event.term || '/' || substr(decision.term, length('decision=') + 1), event.time, event.record
      from audit_terms as event
      join audit_terms as decision on decision.time = event.time and decision.record = event.record
        and decision.term in ('decision=granted', 'decision=refused')
      where event.term >= 'event=' and event.term < 'event>' and event.term not like '%/%'`);
    await db.raw(`
      delete from audit_terms where term >= 'decision=' and term < 'decision>'`);
    await db.raw(`
      delete from audit_terms where term >= 'event=' and term < 'event>' and term not like '%/%'`);
  },
};

async function mendWords(db: Knex): Promise<void> {
  const rows = await db<TermRow>('audit_terms').whereRaw('instr(term, char(0)) > 0').select('*');
  for (const row of rows) {
    await db<TermRow>('audit_terms').where(row).delete();
    await db<TermRow>('audit_terms')
      .insert({ ...row, term: asWord(row.term) })
      .onConflict()
      .ignore();
  }
}
