import type { Knex } from 'knex';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Client } from '../clients/client.ts';
import type { Revision } from '../revision.ts';
import type { EncodedEntry } from './audit-rows.ts';
import type { encodeDerivation } from './derivations.ts';

/**
 * The statements of every token request, prepared once where the engine can do that. They promise exactly what the
 * general ones do, only sooner.
 */
export interface HotStatements {
  readRevision(): Revision;
  findClient(clientId: string): Client | undefined;
  /** For {@link Engine.inGroup} alone, like all that follow. */
  appendAudit(entry: EncodedEntry): void;
  insertDerivation(values: ReturnType<typeof encodeDerivation>): void;
  claimReplay(key: string, expiresAt: number, now: number): boolean;
  touchSecret(clientId: string, secretId: string, lastUsedAt: number): void;
}

/** A database engine, as far as engines differ. */
export interface Engine {
  /** For reading committed data; refuses to write. */
  readonly reader: Knex;
  /** Runs work in the one transaction that may write now; commits when it resolves, else leaves nothing behind. */
  transaction<T>(work: (db: Knex) => Promise<T>): Promise<T>;
  /**
   * Runs a small write in a transaction that it may share with others of the same moment; resolves once it is
   * committed.
   */
  inGroup<T>(write: () => T): Promise<T>;
  readonly hot: HotStatements;
  readonly examiner: LogExaminer;
  schemaVersion(): Promise<number>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}
