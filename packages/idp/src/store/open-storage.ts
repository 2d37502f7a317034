import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Commit } from '../metrics/ports.ts';
import type { Storage } from '../storage.ts';
import type { Engine } from './engine.ts';
import type { StoreObserver } from './observer.ts';
import { isPostgresUrl } from './postgres/address.ts';
import { openPostgresDatabase } from './postgres/open.ts';
import type { StoreProblem } from './problem.ts';
import { MIGRATIONS } from './schema/index.ts';
import { openSqliteFile, sqliteFile } from './sqlite/open.ts';
import { RESERVE_BYTES } from './sqlite/reserve.ts';
import { createStorage } from './storage.ts';
import type { StorageOptions } from './storage.ts';
import { translating } from './unavailable.ts';

/** An open database. */
export interface Store {
  readonly storage: Storage;
  readonly examiner: LogExaminer;
  /** Brings the schema up to this release's; does nothing when it is. */
  migrate(): Promise<void>;
  /** How many migrations the database has had; 0 for a new one. */
  schemaVersion(): Promise<number>;
  /** Tells of every commit from now on. */
  observe(observer: (commit: Commit) => void): void;
  /** Tells as soon as it can of every change from now on, by whatever process; only where there can be several. */
  follow(changed: () => void): void;
  /** Closes once the work in flight is done. */
  close(): Promise<void>;
}

/** The schema version of this release. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** How a database is opened. */
export interface OpenStorageOptions {
  readonly url: string;
  /** Whether a new database is made where none is; refused otherwise, and no file is made. */
  readonly create?: boolean;
  readonly clock?: () => number;
  readonly observer?: StoreObserver;
  /** How much space is kept for changes that take power away; 0 for none. */
  readonly reserveBytes?: number;
  readonly holdClaims?: NonNullable<StorageOptions['holdClaims']> | undefined;
  /** How many connections read at once, where the database is a server's. */
  readonly connections?: number;
  /** For how long one statement may run there. */
  readonly statementTimeoutMs?: number;
  /** Whether audit records are on the disk, and not only with the operating system, before they count as written. */
  readonly syncRecords?: boolean;
}

/** How many connections read from PostgreSQL at once, and for how long one statement may run there. */
const CONNECTIONS = 10;
const STATEMENT_TIMEOUT_MS = 10_000;

/** Opens the engine of a URL, and says which schema version a release must know at least to use the database. */
async function openEngine({
  url,
  create = true,
  reserveBytes = RESERVE_BYTES,
  syncRecords = false,
  connections = CONNECTIONS,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
}: OpenStorageOptions): Promise<
  Result<{ readonly engine: Engine; readonly least: number; readonly path: string }, StoreProblem>
> {
  if (isPostgresUrl(url)) return openPostgresDatabase(url, { connections, statementTimeoutMs });
  const path = sqliteFile(url);
  if (path === undefined) return err({ code: 'store.url_malformed' });
  const records = syncRecords ? 'full' : 'normal';
  const opened = await openSqliteFile(path, { create, reserveBytes, records });
  if (!opened.ok) return opened;
  const engine = opened.value;
  return ok({ engine, least: await engine.schemaVersion(), path });
}

/**
 * Opens the database of an installation, or makes a new empty one.
 *
 * A database that is not ours, is damaged, or comes from a newer release is refused and left exactly as it is.
 */
export async function openStorage(
  options: OpenStorageOptions,
): Promise<Result<Store, StoreProblem>> {
  const { clock = Date.now, observer = {}, holdClaims } = options;
  const opened = await openEngine(options);
  if (!opened.ok) return opened;
  const { engine, least, path } = opened.value;
  if (least > SCHEMA_VERSION) {
    const found = await engine.schemaVersion();
    await engine.close();
    return err({ code: 'store.too_new', path, found, known: SCHEMA_VERSION });
  }
  await engine.reserve?.restore();
  return ok({
    storage: createStorage(engine, { clock, observer, ...present({ holdClaims }) }),
    examiner: { open: (meanwhile) => translating(engine.examiner.open(meanwhile)) },
    migrate: () => translating(engine.migrate()),
    schemaVersion: () => translating(engine.schemaVersion()),
    observe: (next) => {
      engine.observe(next);
    },
    follow: (changed) => engine.follow?.(changed),
    close: () => engine.close(),
  });
}
