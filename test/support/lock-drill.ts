import Database from 'better-sqlite3';
import { join } from 'node:path';
import { examineLog } from './audit-chain.ts';
import { emptyNotes, startLoad } from './fault-load.ts';
import type { Notes } from './fault-load.ts';
import { layOutShop } from './fault-shop.ts';
import { health } from './health.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** What a lock on the database did. */
export interface LockFigures {
  readonly mode: 'immediate' | 'exclusive';
  readonly heldMs: number;
  /** What `/health/ready` said of it. */
  readonly reason: string;
  readonly liveMeanwhile: number;
  /** Answers while the lock was held, by kind and status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestIntrospectionMs: number;
  /** From the end of the lock to the first `ready`, and whether that was before any token was asked for. */
  readonly recoveredMs: number;
  /** The record that the stall was over. */
  readonly resumed: unknown;
  readonly wrong: readonly string[];
  /** Tokens that were received and are not in the log. */
  readonly unrecorded: readonly string[];
  readonly broken: readonly string[];
}

/** Holds the database of a server under load for a while, from another process. */
export async function drillLock(
  server: TestServer,
  options: { readonly mode: 'immediate' | 'exclusive'; readonly heldMs: number },
): Promise<LockFigures> {
  const { mode, heldMs } = options;
  const shop = await layOutShop(() => server);
  const notes = emptyNotes();
  const load = startLoad(shop, notes, { workers: 3, watchers: 2 });
  await until(() => notes.received.size > 50 && notes.revoked.size > 1);

  const other = new Database(join(server.home, 'ambit.db'));
  const before = snapshotOf(notes);
  other.exec(`begin ${mode}`);
  const began = performance.now();
  let ready = await health(server, 'ready');
  await until(async () => (ready = await health(server, 'ready')).status === 503);
  const liveMeanwhile = (await health(server, 'live')).status;
  await until(() => performance.now() - began >= heldMs, Infinity);
  const meanwhile = snapshotOf(notes);
  other.exec('rollback');
  other.close();

  const ended = performance.now();
  await until(async () => (await health(server, 'ready')).status === 200);
  const recoveredMs = performance.now() - ended;
  const tokens = notes.received.size;
  await until(() => notes.received.size > tokens + 20);
  await load.stop();

  const log = await examineLog(server.home);
  return {
    ...{ mode, heldMs, reason: String(ready.body['reason']), liveMeanwhile },
    answers: difference(before.answers, meanwhile.answers),
    slowestIntrospectionMs: Math.max(
      ...notes.introspectionMs.slice(before.introspections, meanwhile.introspections),
    ),
    recoveredMs,
    resumed: log.resumed.at(-1)?.['after'],
    wrong: notes.wrong,
    unrecorded: [...notes.received.keys()].filter((jti) => !log.issued.has(jti)),
    broken: log.broken,
  };
}

const snapshotOf = (notes: Notes) => ({
  answers: new Map(notes.answers),
  introspections: notes.introspectionMs.length,
});

const difference = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> =>
  Object.fromEntries(
    [...after]
      .map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
