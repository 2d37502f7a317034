import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/** Where exchanged tokens come from; found by their `jti`, and from their parents downwards. */
export const derivations: Migration = {
  name: '002-derivations',
  async up(db: Knex) {
    await db.schema.createTable('derivations', (table) => {
      table.text('jti').primary();
      table.text('parent_jti').notNullable().index('derivations_by_parent');
      table.bigInteger('expires_at').notNullable().index('derivations_by_expiry');
      table.text('derivation').notNullable();
    });
  },
};
