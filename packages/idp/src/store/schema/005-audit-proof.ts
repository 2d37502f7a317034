import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/**
 * What proves the log: the keys that sign checkpoints, the checkpoints, and for each chain up to where it was shortened and
 * where the personal fields of old records were erased.
 */
export const auditProof: Migration = {
  name: '005-audit-proof',
  async up(db: Knex) {
    await db.schema.createTable('audit_keys', (table) => {
      table.integer('number').primary();
      table.text('kid').notNullable().unique();
      table.text('public_jwk').notNullable();
      table.binary('stamp').notNullable();
      table.text('introduction');
      table.binary('private_jwk');
      table.bigInteger('created_at').notNullable();
    });
    await db.schema.createTable('audit_checkpoints', (table) => {
      table.integer('number').primary();
      table.text('statement').notNullable();
    });
    await db.schema.alterTable('audit_chains', (table) => {
      table.bigInteger('base_sequence').notNullable().defaultTo(0);
      table.binary('base_digest');
      table.bigInteger('impersonal_to').notNullable().defaultTo(0);
    });
  },
};
