import type { Migration } from './migration.ts';

/** Event and decision become one word of the index (`termsOf`), so that a record of the log costs one less. */
export const auditEventWords: Migration = {
  name: '006-audit-event-words',
  async up(db) {
    await db.raw(`
      insert into audit_terms (term, time, record)
      select event.term || '/' || substr(decision.term, length('decision=') + 1), event.time, event.record
      from audit_terms as event
      join audit_terms as decision on decision.time = event.time and decision.record = event.record
        and decision.term in ('decision=granted', 'decision=refused')
      where event.term like 'event=%' and event.term not like '%/%'`);
    await db.raw(`
      delete from audit_terms
      where term like 'decision=%' or (term like 'event=%' and term not like '%/%')`);
  },
};
