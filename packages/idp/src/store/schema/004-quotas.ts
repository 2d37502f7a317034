import type { Migration } from './migration.ts';

/** How many tokens with a scope were issued to a client, or about a subject, in the window that is open. */
export const quotas: Migration = {
  name: '004-quotas',
  async up(db, dialect) {
    const clustered = dialect === 'sqlite' ? 'without rowid' : '';
    await db.raw(
      `create table quota_windows (
        scope text not null,
        per text not null,
        holder text not null,
        window_seconds integer not null,
        used bigint not null,
        resets_at bigint not null,
        primary key (scope, per, holder, window_seconds)
      ) ${clustered}`,
    );
    await db.raw('create index quota_windows_by_end on quota_windows (resets_at)');
  },
};
