import type { Knex } from 'knex';
import { CHAIN_START, toHex } from '../audit/chain.ts';
import type { ChainHead } from '../audit/chain.ts';
import { COUNTED_MOST } from '../audit/ports.ts';
import type { AuditFilter, AuditStore } from '../audit/ports.ts';
import type { AuditRecord } from '../audit/record.ts';
import { decodeRecord, encodeEntry, encodeRow, RECORD_COLUMNS } from './audit-rows.ts';
import type { AuditRow } from './audit-rows.ts';
import { countTerms, narrowLog, selectPlaces } from './audit-search.ts';
import { DERIVATION_INSERT, encodeDerivation } from './derivations.ts';

/** The one writer of an embedded database: whoever holds its write lock. */
export const WRITER = 1;

type Rows = Knex.QueryBuilder<AuditRow, AuditRow[]>;

/** The row of a chain: its head, and how far it was shortened. */
export interface ChainRow extends ChainHead {
  readonly writer: number;
  readonly base_sequence: number;
  /** Empty while nothing was dropped. */
  readonly base_digest: Uint8Array | null;
  readonly impersonal_to: number;
}

/** The audit log: appended to and read, never changed. */
export function createAuditStore(db: Knex): AuditStore {
  const findFirst = async (filter: AuditFilter): Promise<AuditRecord | undefined> => {
    const [row] = await selectPlaces(db, filter, { limit: 1, order: 'oldest-first' });
    return row && decodeRecord(row);
  };
  return {
    async append(entry, derivation) {
      const encoded = encodeEntry(entry);
      const chain = db<ChainRow>('audit_chains').where({ writer: WRITER });
      const head = await chain.clone().first('sequence', 'digest');
      if (head === undefined) throw new Error('the head of the audit chain is missing');
      const row = encodeRow(WRITER, head, encoded);
      await db('audit_log').insert(row);
      await chain.update({ sequence: row.sequence, digest: row.digest });
      for (const term of encoded.terms) {
        await db('audit_terms').insert({ term, time: encoded.time, record: row.id });
      }
      if (derivation) await db.raw(DERIVATION_INSERT, encodeDerivation(derivation));
    },
    async list(filter, page) {
      const rows = await selectPlaces(db, filter, page);
      const counted = await countTerms(db, filter, COUNTED_MOST + 1);
      return {
        items: rows.map(decodeRecord),
        total: Math.min(counted, COUNTED_MOST),
        ...(counted > COUNTED_MOST ? { uncounted: true } : {}),
      };
    },
    async listAfter(filter, after, limit) {
      const rows = await narrowLog(db, db<AuditRow>('audit_log') as Rows, filter)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .select<AuditRow[]>('audit_log.*');
      return rows.map(decodeRecord);
    },
    async find(id) {
      const row = await db<AuditRow>('audit_log')
        .where({ id })
        .first(...RECORD_COLUMNS);
      return row && decodeRecord(row);
    },
    async read(filter, page) {
      return (await selectPlaces(db, filter, page)).map(decodeRecord);
    },
    async chains() {
      const rows = await db<ChainRow>('audit_chains').orderBy('writer').select('*');
      return rows.map((row) => ({
        writer: row.writer,
        head: { sequence: row.sequence, digest: toHex(row.digest) },
        base: { sequence: row.base_sequence, digest: toHex(row.base_digest ?? CHAIN_START) },
        impersonalTo: row.impersonal_to,
      }));
    },
    async findIssuance(jti) {
      return (
        (await findFirst({ jti, event: 'token.issued' })) ??
        (await findFirst({ jti, event: 'token.exchanged' }))
      );
    },
  };
}
