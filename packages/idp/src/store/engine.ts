import type { QuotaDecision, ScopeQuota } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Client } from '../clients/client.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { Commit } from '../metrics/ports.ts';
import type { Revision } from '../revision.ts';
import type { EncodedEntry, IdOf } from './audit-rows.ts';
import type { encodeDerivation } from './derivations.ts';
import type { Claim } from './held-claims.ts';

/** What every token request reads, by the shortest way the engine has; it promises exactly what the general way does. */
export interface HotReads {
  /** The revision as it was at some moment after it was asked for. */
  readRevision(): Promise<Revision>;
  findClient(clientId: string): Promise<Client | undefined>;
  findDerivation(jti: string): Promise<Derivation | undefined>;
}

/** The small writes that stand alone, as data, so that each engine can commit many of one moment together in its own way. */
interface Commands {
  /** Appends an entry to the audit log, and keeps the derivation of an exchange with it. */
  readonly append: {
    readonly entry: EncodedEntry;
    readonly derivation?: ReturnType<typeof encodeDerivation>;
  };
  readonly claim: { readonly claim: Claim };
  readonly claimQuotas: { readonly quotas: readonly ScopeQuota[]; readonly now: number };
  readonly touchSecret: {
    readonly clientId: string;
    readonly secretId: string;
    readonly lastUsedAt: number;
  };
}

/** What each command comes to. */
export interface CommandResults {
  readonly append: undefined;
  /** Whether the key was free. */
  readonly claim: boolean;
  readonly claimQuotas: QuotaDecision;
  readonly touchSecret: undefined;
}

/** What a command is called. */
export type CommandKind = keyof Commands;
/** One small write. */
export type CommandOf<K extends CommandKind> = { readonly kind: K } & Commands[K];
/** Any small write. */
export type Command = { readonly [K in CommandKind]: CommandOf<K> }[CommandKind];

/**
 * Carries a small write out, in a transaction that it may share with others of the same moment; resolves once it is
 * committed. While somebody else holds what it needs, it is tried again for `patienceMs`.
 */
export type WriteCommand = <K extends CommandKind>(
  command: CommandOf<K>,
  patienceMs: number,
) => Promise<CommandResults[K]>;

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
  readonly write: WriteCommand;
  readonly hot: HotReads;
  /** How it numbers the records of the audit log. */
  readonly idOf: IdOf;
  /** Tells of every commit from now on. */
  observe(observer: (commit: Commit) => void): void;
  /** Tells as soon as it can of every change from now on, whoever makes it; absent where nobody else does. */
  follow?(changed: () => void): void;
  /** None where space is no business of this machine. */
  readonly reserve?: Reserve;
  readonly examiner: LogExaminer;
  schemaVersion(): Promise<number>;
  migrate(): Promise<void>;
  close(): Promise<void>;
}
