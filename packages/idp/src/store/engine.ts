import type { Knex } from 'knex';
import type { AuditEntry } from '../audit/record.ts';
import type { Client } from '../clients/client.ts';
import type { Revision } from '../revision.ts';

/**
 * The statements of every token request, prepared once where the engine can do that. They promise exactly what the
 * general ones do, only sooner.
 */
export interface HotStatements {
  readRevision(): Revision;
  findClient(clientId: string): Client | undefined;
  /** Appends in a transaction of its own; none may be open. */
  appendAudit(entry: AuditEntry): void;
  /** Claims in a transaction of its own; none may be open. */
  claimReplay(key: string, expiresAt: number, now: number): boolean;
}

/** A database engine, as far as engines differ. */
export interface Engine {
  /** For reading committed data; refuses to write. */
  readonly reader: Knex;
  /** Runs work in the one transaction that may write now; commits when it resolves, else leaves nothing behind. */
  transaction<T>(work: (db: Knex) => Promise<T>): Promise<T>;
  /** Runs work when no transaction is open, at once if there is none. */
  whenIdle<T>(work: () => T): Promise<T>;
  readonly hot: HotStatements;
  schemaVersion(): Promise<number>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}
