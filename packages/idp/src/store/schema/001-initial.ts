import type { Knex } from 'knex';
import { CHANGES_CHANNEL } from './migration.ts';
import type { Dialect, Migration } from './migration.ts';

async function state(db: Knex, dialect: Dialect): Promise<void> {
  await db.schema.createTable('revision', (table) => {
    table.integer('id').primary();
    for (const column of ['number', 'catalog', 'clients', 'keys', 'revocations']) {
      table.bigInteger(column).notNullable();
    }
  });
  await db('revision').insert({
    id: 1,
    number: 0,
    catalog: 0,
    clients: 0,
    keys: 0,
    revocations: 0,
  });
  if (dialect === 'postgres') await tellOfChanges(db);
  await db.schema.createTable('vault', (table) => {
    table.integer('id').primary();
    table.text('master_key_id').notNullable();
    table.binary('sealed_hash_key').notNullable();
    table.bigInteger('sealed_at').notNullable();
  });
}

/** Lets every process that listens hear of a change as soon as it has committed, with the revision that it made. */
async function tellOfChanges(db: Knex): Promise<void> {
  await db.raw(`create function ambit_tell_of_change() returns trigger language plpgsql as $$
    begin
      perform pg_notify('${CHANGES_CHANNEL}', new.number::text);
      return null;
    end $$`);
  await db.raw(`create trigger ambit_tell_of_change after update on revision
    for each row when (old.number <> new.number) execute function ambit_tell_of_change()`);
}

async function catalog(db: Knex): Promise<void> {
  await db.schema.createTable('catalog_versions', (table) => {
    table.integer('version').primary();
    table.text('digest').notNullable().unique();
    table.text('name').notNullable();
    table.text('comment').notNullable();
    table.bigInteger('published_at').notNullable();
    table.text('published_by').notNullable();
    table.integer('scope_count').notNullable();
    table.text('document').notNullable();
  });
  await db.schema.createTable('active_version', (table) => {
    table.integer('id').primary();
    table.integer('version').notNullable().references('catalog_versions.version');
  });
}

/**
 * Creates a table that SQLite keeps in the order of its primary key. What is only ever found by that key then costs one
 * descent instead of two, and a client is found in the middle of a token request.
 */
async function createClustered(
  db: Knex,
  dialect: Dialect,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  const statements = db.schema.createTable(name, define).toSQL() as unknown as { sql: string }[];
  for (const [index, { sql }] of statements.entries()) {
    await db.raw(index === 0 && dialect === 'sqlite' ? `${sql} without rowid` : sql);
  }
}

async function clients(db: Knex, dialect: Dialect): Promise<void> {
  await createClustered(db, dialect, 'client_names', (table) => {
    table.text('client_id').primary();
  });
  await createClustered(db, dialect, 'clients', (table) => {
    table.text('client_id').primary().references('client_names.client_id');
    table.boolean('enabled').notNullable();
    table.text('auth').notNullable();
    table.text('scope_policy').notNullable();
    table.text('resource_servers').notNullable();
    table.text('default_scopes').notNullable();
    table.text('jwks');
    table.text('tls_subject_dn');
    table.text('tls_san_dns');
    table.text('tls_san_uri');
    table.text('federated_issuer');
    table.text('introspection_alg');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('updated_at').notNullable();
    table.bigInteger('revision').notNullable();
  });
  await createClustered(db, dialect, 'client_roles', (table) => {
    table.text('client_id').notNullable().references('clients.client_id').onDelete('CASCADE');
    table.text('role').notNullable();
    table.bigInteger('until');
    table.primary(['client_id', 'role']);
    table.index(['role', 'client_id'], 'client_roles_by_role');
  });
  await createClustered(db, dialect, 'client_secrets', (table) => {
    table.text('client_id').notNullable().references('clients.client_id').onDelete('CASCADE');
    table.text('id').notNullable();
    table.text('label');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at');
    table.bigInteger('last_used_at');
    table.text('key_id').notNullable();
    table.binary('hash').notNullable();
    table.primary(['client_id', 'id']);
  });
}

async function keys(db: Knex): Promise<void> {
  await db.schema.createTable('signing_keys', (table) => {
    table.text('kid').primary();
    table.text('alg').notNullable();
    table.text('state').notNullable();
    table.text('public_jwk').notNullable();
    table.binary('private_jwk');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('activated_at');
    table.bigInteger('retired_at');
    table.bigInteger('destroyed_at');
  });
  for (const state of ['active', 'next']) {
    await db.raw(
      `create unique index signing_keys_one_${state} on signing_keys (alg) where state = '${state}'`,
    );
  }
}

async function revocations(db: Knex): Promise<void> {
  await db.schema.createTable('revocation_rules', (table) => {
    table.text('id').primary();
    table.bigInteger('revision').notNullable();
    table.text('kind').notNullable();
    table.text('value').notNullable();
    table.text('reason');
    table.bigInteger('created_at').notNullable();
    table.text('created_by').notNullable();
    table.bigInteger('expires_at');
    table.index(['revision', 'id'], 'revocation_rules_by_revision');
    table.index(['expires_at'], 'revocation_rules_by_expiry');
  });
}

async function replays(db: Knex): Promise<void> {
  await db.schema.createTable('replays', (table) => {
    table.text('key').primary();
    table.bigInteger('expires_at').notNullable();
    table.index(['expires_at'], 'replays_by_expiry');
  });
}

/**
 * The log. An entry is kept whole in `entry`; the other columns are there to be found by.
 *
 * Every index costs each token a few microseconds, so what most records share is left out of them: `rare_event` is
 * empty for the events of everyday traffic, and the partial indexes hold only what is asked for by name.
 */
async function audit(db: Knex, dialect: Dialect): Promise<void> {
  await db.schema.createTable('audit_log', (table) => {
    table.increments('id');
    table.bigInteger('time').notNullable();
    table.text('event').notNullable();
    table.text('rare_event');
    table.text('decision').notNullable();
    table.text('request_id').notNullable();
    table.text('client');
    table.text('subject');
    table.text('jti');
    table.text('entry').notNullable();
  });
  await db.raw('create index audit_log_time on audit_log (time)');
  await db.raw('create index audit_log_request_id on audit_log (request_id)');
  await db.raw('create index audit_log_client on audit_log (client) where client is not null');
  await db.raw('create index audit_log_jti on audit_log (jti) where jti is not null');
  await db.raw(
    'create index audit_log_rare_event on audit_log (rare_event) where rare_event is not null',
  );
  await db.raw(`create index audit_log_refused on audit_log (id) where decision = 'refused'`);
  await db.raw(
    `create index audit_log_subject on audit_log (subject) where subject <> coalesce(client, '')`,
  );
  const clustered = dialect === 'sqlite' ? 'without rowid' : '';
  await db.raw(
    `create table audit_scopes (scope text not null, record integer not null, primary key (scope, record)) ${clustered}`,
  );
}

/** The first schema. */
export const initialSchema: Migration = {
  name: '001-initial',
  async up(db, dialect) {
    await state(db, dialect);
    await catalog(db);
    await clients(db, dialect);
    await keys(db);
    await revocations(db);
    await replays(db);
    await audit(db, dialect);
  },
};
