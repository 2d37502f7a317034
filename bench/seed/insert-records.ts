import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChainHead } from '../../packages/idp/src/audit/chain.ts';
import type { AuditEntry } from '../../packages/idp/src/audit/record.ts';
import { encodeEntry, encodeRow, idInOneChain } from '../../packages/idp/src/store/audit-rows.ts';
import type { AuditRow, TermRow } from '../../packages/idp/src/store/audit-rows.ts';
import { timeOrderedId } from '../../packages/idp/src/time-ordered-id.ts';

/** How many records' words are put into the order of the index before they are inserted. */
const SORTED_AT_ONCE = 200_000;
const STEP_MS = 100;

/** Who asks, in the log of the bench. */
export const AUDIT_CLIENTS = 1_000;
export const auditClient = (index: number): string =>
  `audited-${String(index % AUDIT_CLIENTS).padStart(6, '0')}`;

/**
 * Continues the log of a home whose server is stopped: a record each tenth of a second up to now, as everyday traffic would
 * leave them, in one transaction. Asking a server for a million tokens would take longer than everything that is measured.
 */
export function insertRecords(directory: string, count: number): void {
  const db = new Database(join(directory, 'ambit.db'));
  db.pragma('synchronous = off');
  const insert = db.prepare<AuditRow>(
    `insert into audit_log (id, writer, sequence, digest, time, personal, personal_digest, entry)
       values (@id, @writer, @sequence, @digest, @time, @personal, @personal_digest, @entry)`,
  );
  const insertWord = db.prepare<TermRow>(
    'insert into audit_terms (term, time, record) values (@term, @time, @record)',
  );
  let head = db
    .prepare<[], ChainHead>('select sequence, digest from audit_chains where writer = 1')
    .get();
  if (head === undefined) throw new Error('the home has no audit chain');
  const start = Date.now() - count * STEP_MS;
  let words: TermRow[] = [];
  const insertWords = (): void => {
    words.sort((one, other) => (one.term < other.term ? -1 : one.term > other.term ? 1 : 0));
    for (const word of words) insertWord.run(word);
    words = [];
  };
  db.exec('begin');
  for (let index = 0; index < count; index += 1) {
    const encoded = encodeEntry(traffic(index, start + index * STEP_MS));
    const row = encodeRow(1, head, encoded, idInOneChain);
    insert.run(row);
    head = { sequence: row.sequence, digest: row.digest };
    for (const term of encoded.terms) words.push({ term, time: encoded.time, record: row.id });
    if (index % SORTED_AT_ONCE === SORTED_AT_ONCE - 1) insertWords();
  }
  insertWords();
  db.prepare('update audit_chains set sequence = ?, digest = ?').run(head.sequence, head.digest);
  db.exec('commit');
  db.pragma('wal_checkpoint(truncate)');
  db.close();
}

/** One in twenty is refused, one in seven an introspection, the rest are tokens; each of one of a thousand clients. */
function traffic(index: number, time: number): AuditEntry {
  const client = auditClient(index);
  const refused = index % 20 === 0;
  const [requestId, introspected] = [timeOrderedId(time), index % 7 === 0];
  const scopes = ['es256-0:action-0', `es256-0:action-${String(1 + (index % 9))}`];
  return {
    time,
    event: refused ? 'token.refused' : introspected ? 'token.introspected' : 'token.issued',
    decision: refused ? 'refused' : 'granted',
    requestId,
    traceId: randomBytes(16).toString('hex'),
    durationMicros: 500,
    personal: { address: `10.0.${String(index % 256)}.${String((index >> 8) % 256)}` },
    actor: client,
    catalogVersion: 1,
    revision: 12,
    client,
    requestedScopes: scopes,
    ...(refused
      ? { reason: 'invalid_scope', detail: 'no scope is granted' }
      : {
          jti: introspected ? timeOrderedId(time) : requestId,
          ...{ subject: client, kid: 'bench', grantedScopes: scopes },
          ...{ resourceServer: 'es256', audience: 'https://es256.bench.example' },
          expiresAt: Math.floor(time / 1000) + 300,
        }),
  };
}
