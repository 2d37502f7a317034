import { decideQuotas } from '@ambit/scope-catalog';
import type { QuotaWindow } from '@ambit/scope-catalog';
import type { Database } from 'better-sqlite3';
import type { Revision } from '../../revision.ts';
import { WRITER } from '../audit.ts';
import { encodeRow, idInOneChain } from '../audit-rows.ts';
import type { AuditRow } from '../audit-rows.ts';
import type { CommandKind, CommandOf, CommandResults, HotReads } from '../engine.ts';
import { decodeDerivation, DERIVATION_FIND, DERIVATION_INSERT } from '../derivations.ts';
import type { DerivationRow } from '../derivations.ts';
import { encodeWindow, WINDOW_FIND, WINDOW_KEEP, windowKey } from '../quotas.ts';
import { CLAIM, FORGET } from '../replays.ts';
import { createSharedRead } from '../shared-read.ts';
import type { Chain } from './chain.ts';
import { prepareFindClient } from './find-client.ts';
import { prepareTermsInsert } from './insert-terms.ts';

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
  values (${AUDIT_COLUMNS.map(() => '?').join(', ')})`;

/** Prepares what every token request reads. */
export function prepareHotReads(reader: Database): HotReads {
  const revision = reader.prepare<[], Revision>(
    'select number, catalog, clients, keys, revocations from revision where id = 1',
  );
  const derivation = reader.prepare<[string], DerivationRow>(DERIVATION_FIND);
  const findClient = prepareFindClient(reader);
  return {
    readRevision: createSharedRead(async () => {
      const row = revision.get();
      if (row === undefined) throw new Error('the revision counter is missing');
      return row;
    }),
    findClient: async (clientId) => findClient(clientId),
    async findDerivation(jti) {
      const row = derivation.get(jti);
      return row && decodeDerivation(row);
    },
  };
}

/** Carries a small write out, in the transaction that is open. */
export type CarryOut = <K extends CommandKind>(command: CommandOf<K>) => CommandResults[K];

/** Prepares the small writes, on the connection that writes. */
export function prepareCommands(writer: Database, chain: Chain): CarryOut {
  const insertEntry = writer.prepare(AUDIT_INSERT);
  const insertTerms = prepareTermsInsert(writer);
  const insertDerivation = writer.prepare<[string, string, number, string]>(DERIVATION_INSERT);
  const claim = writer.prepare<[string, number, number]>(CLAIM);
  const forget = writer.prepare<[number]>(FORGET);
  const findWindow = writer.prepare<ReturnType<typeof windowKey>, QuotaWindow>(WINDOW_FIND);
  const keepWindow = writer.prepare<ReturnType<typeof encodeWindow>>(WINDOW_KEEP);
  const touch = writer.prepare<[number, string, string]>(
    'update client_secrets set last_used_at = ? where client_id = ? and id = ?',
  );
  const commands: { readonly [K in CommandKind]: (command: CommandOf<K>) => CommandResults[K] } = {
    append({ entry, derivation }) {
      const row = encodeRow(WRITER, chain.head(), entry, idInOneChain);
      insertEntry.run(AUDIT_COLUMNS.map((column) => row[column])); // by name takes longer
      insertTerms(entry.terms, entry.time, row.id);
      chain.advance(row);
      if (derivation) insertDerivation.run(...derivation);
      return undefined;
    },
    claim({ claim: [key, expiresAt, now] }) {
      const { changes } = claim.run(key, expiresAt, now);
      forget.run(now);
      return changes > 0;
    },
    claimQuotas({ quotas, now }) {
      const windows = quotas.map((quota) => findWindow.get(...windowKey(quota)));
      const decision = decideQuotas(quotas, windows, now);
      if (decision.granted) {
        for (const count of decision.counts) keepWindow.run(...encodeWindow(count));
      }
      return decision;
    },
    touchSecret({ clientId, secretId, lastUsedAt }) {
      touch.run(lastUsedAt, clientId, secretId);
      return undefined;
    },
  };
  return (command) => commands[command.kind](command);
}
