import type { AuditEntry } from '../../audit/record.ts';
import { asWord, termsOf } from '../../audit/terms.ts';
import type { AuditRow, TermRow } from '../audit-rows.ts';
import type { Migration } from './migration.ts';

/** How many records are read at once. */
const AT_ONCE = 1000;

/** A record is found by the client that did what it tells of, too, where it is about another (`termsOf`). */
export const auditActorWords: Migration = {
  name: '007-audit-actor-words',
  breaks: true,
  async up(db, dialect) {
    // Whoever writes a record meanwhile would be left without its word.
    if (dialect === 'postgres') await db.raw('lock table audit_terms in share row exclusive mode');
    for (let last = Number.MIN_SAFE_INTEGER; ;) {
      const rows = await db<AuditRow>('audit_log')
        .where('id', '>', last)
        .orderBy('id')
        .limit(AT_ONCE)
        .select('id', 'time', 'entry');
      for (const row of rows) {
        const words = byActor(row);
        if (words.length > 0) await db<TermRow>('audit_terms').insert(words).onConflict().ignore();
        last = row.id;
      }
      if (rows.length < AT_ONCE) return;
    }
  },
};

/** The word of the actor, where a record has one; what has been tampered with has none. */
function byActor({ id, time, entry: text }: Pick<AuditRow, 'id' | 'time' | 'entry'>): TermRow[] {
  try {
    const entry = JSON.parse(text) as AuditEntry;
    const word = `client=${asWord(String(entry.actor))}`;
    return termsOf(entry).includes(word) ? [{ term: word, time, record: id }] : [];
  } catch {
    return [];
  }
}
