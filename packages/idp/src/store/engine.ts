import type { QuotaDecision, ScopeQuota } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Client } from '../clients/client.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { Commit } from '../metrics/ports.ts';
import type { Revision } from '../revision.ts';
import type { EncodedEntry } from './audit-rows.ts';
import type { encodeDerivation } from './derivations.ts';
import type { InGroup } from './group-commit.ts';

/**
 * The statements of every token request, prepared once where the engine can do that. They promise exactly what the
 * general ones do, only sooner.
 */
export interface HotStatements {
  readRevision(): Revision;
  findClient(clientId: string): Client | undefined;
  findDerivation(jti: string): Derivation | undefined;
  /** For {@link Engine.inGroup} alone, like all that follow. */
  appendAudit(entry: EncodedEntry): void;
  insertDerivation(values: ReturnType<typeof encodeDerivation>): void;
  claimReplay(key: string, expiresAt: number, now: number): boolean;
  claimQuotas(quotas: readonly ScopeQuota[], now: number): QuotaDecision;
  touchSecret(clientId: string, secretId: string, lastUsedAt: number): void;
}

/** Space on the disk that is kept for what must be committed when there is no other left. */
export interface Reserve {
  /** Whether all of it is there. */
  isWhole(): boolean;
  /** Gives some of it back to the disk; false when none is left. */
  release(): boolean;
  /** Makes it whole where there is room for it and more; says whether there is. */
  restore(): Promise<boolean>;
}

/** A database engine, as far as engines differ. */
export interface Engine {
  /** For reading committed data; refuses to write. */
  readonly reader: Knex;
  /**
   * Runs work in the one transaction that may write now; commits when it resolves, else leaves nothing behind. Waits for
   * others that write for `patienceMs`, and holds nobody up meanwhile.
   */
  transaction<T>(work: (db: Knex) => Promise<T>, patienceMs: number): Promise<T>;
  /**
   * Runs a small write in a transaction that it may share with others of the same moment; resolves once it is
   * committed.
   */
  readonly inGroup: InGroup;
  readonly hot: HotStatements;
  /** Tells of every commit from now on. */
  observe(observer: (commit: Commit) => void): void;
  /** None where space is no business of this machine. */
  readonly reserve?: Reserve;
  readonly examiner: LogExaminer;
  schemaVersion(): Promise<number>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}
