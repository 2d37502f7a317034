import { decideQuotas } from '@ambit/scope-catalog';
import type { QuotaWindow } from '@ambit/scope-catalog';
import type { Database } from 'better-sqlite3';
import type { Revision } from '../../revision.ts';
import { AUDIT_COLUMNS } from '../audit-rows.ts';
import type { HotStatements } from '../engine.ts';
import { DERIVATION_INSERT } from '../derivations.ts';
import { encodeWindow, WINDOW_FIND, WINDOW_KEEP, windowKey } from '../quotas.ts';
import { CLAIM, FORGET } from '../replays.ts';
import { prepareFindClient } from './find-client.ts';

const AUDIT_INSERT = `insert into audit_log (${AUDIT_COLUMNS.join(', ')})
  values (${AUDIT_COLUMNS.map((column) => `@${column}`).join(', ')})`;

/** Prepares the statements of every token request, on the connections they run on. */
export function prepareHotStatements(reader: Database, writer: Database): HotStatements {
  const revision = reader.prepare<[], Revision>(
    'select number, catalog, clients, keys, revocations from revision where id = 1',
  );
  const insertEntry = writer.prepare(AUDIT_INSERT);
  const insertScope = writer.prepare<[string, number | bigint]>(
    'insert into audit_scopes (scope, record) values (?, ?)',
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
    appendAudit(columns, scopes) {
      const { lastInsertRowid } = insertEntry.run(columns);
      for (const scope of scopes) insertScope.run(scope, lastInsertRowid);
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
