import type { Knex } from 'knex';
import { CHAIN_START } from '../../audit/chain.ts';
import type { ChainHead } from '../../audit/chain.ts';
import type { AuditEntry } from '../../audit/record.ts';
import { WRITER } from '../audit.ts';
import { encodeEntry, encodeRow, idInOneChain } from '../audit-rows.ts';
import type { Migration } from './migration.ts';

/** How many records are read at once. */
const CARRIED_AT_ONCE = 1000;

/**
 * The log as a chain: every record carries the digest of the one before it in its writer's chain, and is found by the words
 * of one index. What there is already is chained in the order in which it was written.
 */
export const auditChain: Migration = {
  name: '003-audit-chain',
  async up(db, dialect) {
    await db.schema.renameTable('audit_log', 'audit_log_before');
    if (dialect === 'postgres') {
      await db.raw('alter index audit_log_pkey rename to audit_log_before_pkey');
    }
    await db.schema.dropTable('audit_scopes');
    await db.schema.createTable('audit_log', (table) => {
      // The row's own number in SQLite, which costs no index.
      table.specificType('id', dialect === 'sqlite' ? 'integer' : 'bigint').primary();
      table.integer('writer').notNullable();
      table.bigInteger('sequence').notNullable();
      table.binary('digest').notNullable();
      table.bigInteger('time').notNullable();
      table.text('personal');
      table.binary('personal_digest');
      table.text('entry').notNullable();
    });
    const clustered = dialect === 'sqlite' ? 'without rowid' : '';
    await db.raw(
      `create table audit_terms (term text not null, time bigint not null, record bigint not null, primary key (term, time, record)) ${clustered}`,
    );
    await db.schema.createTable('audit_chains', (table) => {
      table.integer('writer').primary();
      table.bigInteger('sequence').notNullable();
      table.binary('digest').notNullable();
    });
    await db('audit_chains').insert({ writer: WRITER, ...(await carryOver(db)) });
    await db.schema.dropTable('audit_log_before');
  },
};

/** An entry that held the workload's name among the rest. */
type OldEntry = AuditEntry & {
  readonly external?: { readonly issuer: string; readonly subject: string };
};

const withPersonal = ({ external, ...entry }: OldEntry): AuditEntry =>
  external === undefined
    ? entry
    : {
        ...entry,
        externalIssuer: external.issuer,
        personal: { externalSubject: external.subject },
      };

/** Chains what was written before there was a chain; gives the head. */
async function carryOver(db: Knex): Promise<ChainHead> {
  let head: ChainHead = { sequence: 0, digest: CHAIN_START };
  let last = 0;
  for (;;) {
    const old: { id: number; entry: string }[] = await db('audit_log_before')
      .where('id', '>', last)
      .orderBy('id')
      .limit(CARRIED_AT_ONCE)
      .select('id', 'entry');
    if (old.length === 0) return head;
    for (const { id, entry } of old) {
      const encoded = encodeEntry(withPersonal(JSON.parse(entry) as OldEntry));
      const row = encodeRow(WRITER, head, encoded, idInOneChain);
      await db('audit_log').insert(row);
      for (const term of encoded.terms) {
        await db('audit_terms').insert({ term, time: encoded.time, record: row.id });
      }
      head = { sequence: row.sequence, digest: row.digest };
      last = id;
    }
  }
}
