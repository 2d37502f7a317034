import type { Knex } from 'knex';
import { CHAIN_START, toHex } from '../audit/chain.ts';
import { COUNTED_MOST } from '../audit/ports.ts';
import type { AuditFilter, AuditStore } from '../audit/ports.ts';
import type { AuditRecord } from '../audit/record.ts';
import { decodeRecord, encodeEntry, encodeRow, RECORD_COLUMNS } from './audit-rows.ts';
import type { AuditRow, ChainRow, EncodedEntry, IdOf } from './audit-rows.ts';
import { listNews } from './audit-news.ts';
import { searchLog } from './audit-search.ts';
import { DERIVATION_INSERT, encodeDerivation } from './derivations.ts';
import { appendFault, LogDamaged } from './unavailable.ts';

/** The writer of transactions, which come one after the other; in an embedded database of all there is. */
export const WRITER = 1;

/** The audit log: appended to and read, never changed. */
export function createAuditStore(db: Knex, idOf: IdOf): AuditStore {
  const findFirst = async (filter: AuditFilter): Promise<AuditRecord | undefined> => {
    const search = await searchLog(db, filter);
    const [row] = await search.select({ limit: 1, order: 'oldest-first' });
    return row && decodeRecord(row);
  };
  const write = async (encoded: EncodedEntry): Promise<void> => {
    const chain = db<ChainRow>('audit_chains').where({ writer: WRITER });
    const head = await chain.clone().first('sequence', 'digest');
    if (head === undefined) throw new LogDamaged('the head of the audit chain is missing');
    const row = encodeRow(WRITER, head, encoded, idOf);
    await db('audit_log').insert(row);
    await chain.update({ sequence: row.sequence, digest: row.digest });
    for (const term of encoded.terms) {
      await db('audit_terms').insert({ term, time: encoded.time, record: row.id });
    }
  };
  return {
    async append(entry, derivation) {
      const encoded = encodeEntry(entry);
      try {
        await write(encoded);
      } catch (error) {
        throw appendFault(error);
      }
      if (derivation) await db.raw(DERIVATION_INSERT, encodeDerivation(derivation));
    },
    async list(filter, page) {
      const search = await searchLog(db, filter);
      const rows = await search.select(page);
      const { counted, isAll } = await search.count(COUNTED_MOST + 1);
      return {
        items: rows.map(decodeRecord),
        total: Math.max(Math.min(counted, COUNTED_MOST), rows.length),
        ...(isAll && counted <= COUNTED_MOST ? {} : { uncounted: true }),
      };
    },
    listAfter: (filter, after, limit) => listNews(db, idOf, filter, after, limit),
    async find(id) {
      const row = await db<AuditRow>('audit_log')
        .where({ id })
        .first(...RECORD_COLUMNS);
      return row && decodeRecord(row);
    },
    async read(filter, page) {
      return (await (await searchLog(db, filter)).select(page)).map(decodeRecord);
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
