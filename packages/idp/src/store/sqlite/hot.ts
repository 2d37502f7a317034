import { decideQuotas } from '@ambit/scope-catalog';
import type { QuotaWindow } from '@ambit/scope-catalog';
import type { Database } from 'better-sqlite3';
import type { Revision } from '../../revision.ts';
import { WRITER } from '../audit.ts';
import { encodeRow } from '../audit-rows.ts';
import type { AuditRow } from '../audit-rows.ts';
import type { HotStatements } from '../engine.ts';
import { decodeDerivation, DERIVATION_FIND, DERIVATION_INSERT } from '../derivations.ts';
import type { DerivationRow } from '../derivations.ts';
import { encodeWindow, WINDOW_FIND, WINDOW_KEEP, windowKey } from '../quotas.ts';
import { CLAIM, FORGET } from '../replays.ts';
import type { Chain } from './chain.ts';
import { prepareFindClient } from './find-client.ts';

const AUDIT_COLUMNS = [
  'id',
  'writer',
  'sequence',
  'digest',
  'time',
  'personal',
  'personal_digest',
  'entry',
] as const satisfies readonly (keyof AuditRow)[];

const AUDIT_INSERT = `insert into audit_log (${AUDIT_COLUMNS.join(', ')})
  values (${AUDIT_COLUMNS.map((column) => `@${column}`).join(', ')})`;

/** Prepares the statements of every token request, on the connections they run on. */
export function prepareHotStatements(
  reader: Database,
  writer: Database,
  chain: Chain,
): HotStatements {
  const revision = reader.prepare<[], Revision>(
    'select number, catalog, clients, keys, revocations from revision where id = 1',
  );
  const findDerivation = reader.prepare<[string], DerivationRow>(DERIVATION_FIND);
  const insertEntry = writer.prepare(AUDIT_INSERT);
  const insertTerm = writer.prepare<[string, number, number]>(
    'insert into audit_terms (term, time, record) values (?, ?, ?)',
  );
  const insertDerivation = writer.prepare<[string, string, number, string]>(DERIVATION_INSERT);
  const claim = writer.prepare<[string, number, number]>(CLAIM);
  const forget = writer.prepare<[number]>(FORGET);
  const findWindow = writer.prepare<ReturnType<typeof windowKey>, QuotaWindow>(WINDOW_FIND);
  const keepWindow = writer.prepare<ReturnType<typeof encodeWindow>>(WINDOW_KEEP);
  const touch = writer.prepare<[number, string, string]>(
    'update client_secrets set last_used_at = ? where client_id = ? and id = ?',
  );
  return {
    readRevision() {
      const row = revision.get();
      if (row === undefined) throw new Error('the revision counter is missing');
      return row;
    },
    findClient: prepareFindClient(reader),
    findDerivation(jti) {
      const row = findDerivation.get(jti);
      return row && decodeDerivation(row);
    },
    appendAudit(encoded) {
      const row = encodeRow(WRITER, chain.head(), encoded);
      insertEntry.run(row);
      for (const term of encoded.terms) insertTerm.run(term, encoded.time, row.id);
      chain.advance(row);
    },
    insertDerivation(values) {
      insertDerivation.run(...values);
    },
    claimReplay(key, expiresAt, now) {
      const { changes } = claim.run(key, expiresAt, now);
      forget.run(now);
      return changes > 0;
    },
    claimQuotas(quotas, now) {
      const windows = quotas.map((quota) => findWindow.get(...windowKey(quota)));
      const decision = decideQuotas(quotas, windows, now);
      if (decision.granted) {
        for (const count of decision.counts) keepWindow.run(...encodeWindow(count));
      }
      return decision;
    },
    touchSecret(clientId, secretId, lastUsedAt) {
      touch.run(lastUsedAt, clientId, secretId);
    },
  };
}
