import type { AuditChain, ChainPlace } from '../ports.ts';
import { forEachTerm } from '../terms.ts';
import type { Term } from '../terms.ts';
import { checkCheckpoints } from './check-checkpoints.ts';
import type { CheckpointsResult } from './check-checkpoints.ts';
import { introducedBy } from './check-introduced.ts';
import type { IntroducedKey } from './check-introduced.ts';
import { createLinkCheck, FINDINGS_KEPT } from './check-links.ts';
import type { LogFinding } from './findings.ts';
import { FROM_THE_FIRST } from './hold-places.ts';
import type { Standing } from './hold-places.ts';
import { findIndexFault } from './locate.ts';
import type { LogSnapshot, TrustedKey } from './ports.ts';
import { createIndexCounter, createRecordCounter, isCounted } from './word-sums.ts';
import type { WordSums } from './word-sums.ts';

/** The parts of a verification. Each needs a snapshot and nothing else, so that several can go on at once. */
interface Tasks {
  /** What chains there are, and where each ends. */
  readonly outline: object;
  /** Follows the records with ids in a range, and counts the words they should be found by. */
  readonly links: {
    readonly writers: readonly number[];
    readonly from?: number;
    readonly to?: number;
    readonly sums: WordSums;
  };
  /** Counts the words that the index has. */
  readonly words: { readonly from: Term; readonly below?: Term; readonly sums: WordSums };
  readonly checkpoints: {
    readonly standing: Standing;
    readonly keys: readonly TrustedKey[];
    readonly given: readonly string[];
  };
  /** Names the first record of a range that the index has other words for. */
  readonly locate: { readonly from: number; readonly to: number };
  /** The id of a record that stands at a place. */
  readonly find: { readonly writer: number; readonly sequence: number };
}

/** What each part comes to. */
export interface TaskResults {
  readonly outline: {
    readonly writers: readonly number[];
    readonly chains: readonly AuditChain[];
    /** The last record of each writer that has any; `id` as the row has it. */
    readonly lasts: ReadonlyMap<number, ChainPlace & { readonly id: number }>;
    /** Ids that the oldest and the newest record should have, or have. */
    readonly first: number;
    readonly last: number;
  };
  readonly links: {
    readonly records: number;
    readonly erased: number;
    readonly broken: number;
    readonly findings: readonly LogFinding[];
    /** The keys that sound records introduce. */
    readonly introduced: readonly IntroducedKey[];
  };
  readonly words: { readonly broken: number; readonly findings: readonly LogFinding[] };
  readonly checkpoints: CheckpointsResult;
  readonly locate: LogFinding | undefined;
  readonly find: number | undefined;
}

/** What a task is called. */
export type TaskKind = keyof Tasks;
/** One part of a verification. */
export type TaskOf<K extends TaskKind> = { readonly kind: K } & Tasks[K];
/** Any part of a verification. */
export type Task = { readonly [K in TaskKind]: TaskOf<K> }[TaskKind];

/** Carries out one part of a verification. */
export type RunTask = <K extends TaskKind>(task: TaskOf<K>) => Promise<TaskResults[K]>;

/** Makes what carries out tasks on a snapshot. */
export function createTaskRunner(snapshot: LogSnapshot): RunTask {
  const runs: { readonly [K in TaskKind]: (task: TaskOf<K>) => Promise<TaskResults[K]> } = {
    outline: () => outline(snapshot),
    links: (task) => followLinks(snapshot, task),
    words: (task) => countWords(snapshot, task),
    checkpoints: ({ standing, keys, given }) => checkCheckpoints(snapshot, standing, keys, given),
    locate: ({ from, to }) => findIndexFault(snapshot, from, to),
    find: ({ writer, sequence }) => snapshot.find(writer, sequence),
  };
  return (task) => runs[task.kind](task);
}

async function outline(snapshot: LogSnapshot): Promise<TaskResults['outline']> {
  const writers = await snapshot.writers();
  const chains = await snapshot.chains();
  const lasts = new Map<number, ChainPlace & { readonly id: number }>();
  for (const writer of writers) {
    const last = await snapshot.last(writer);
    if (last) lasts.set(writer, { id: last.id, sequence: last.sequence, digest: last.digest });
  }
  const firsts = chains.map(({ writer, base }) => snapshot.idOf(writer, base.sequence + 1));
  const first = Math.min(...firsts, ...(firsts.length > 0 ? [] : [1]));
  const last = Math.max(first, ...[...lasts.values()].map(({ id }) => id));
  return { writers, chains, lasts, first, last };
}

async function followLinks(
  snapshot: LogSnapshot,
  { writers, from, to, sums }: Tasks['links'],
): Promise<TaskResults['links']> {
  const standing = new Map<number, ChainPlace & { readonly impersonalTo: number }>();
  const chains = await snapshot.chains();
  for (const writer of writers) {
    const { base = FROM_THE_FIRST, impersonalTo = 0 } =
      chains.find((chain) => chain.writer === writer) ?? {};
    const before = from === undefined ? undefined : await snapshot.before(writer, from - 1);
    standing.set(writer, { ...(before ?? base), impersonalTo });
  }
  const check = createLinkCheck(standing, (writer, sequence) => snapshot.idOf(writer, sequence));
  const counter = createRecordCounter(sums);
  const introduced: IntroducedKey[] = [];
  for await (const rows of snapshot.links(from, to)) {
    for (const row of rows) {
      const before = check.broken;
      const entry = check.take(row);
      if (entry === undefined) continue;
      const key = check.broken === before ? introducedBy(entry) : undefined;
      if (key) introduced.push(key);
      forEachTerm(entry, counter.take);
      counter.end(row.id, row.time);
    }
  }
  const { records, erased, broken, findings } = check;
  return { records, erased, broken, findings, introduced };
}

async function countWords(
  snapshot: LogSnapshot,
  { from, below, sums }: Tasks['words'],
): Promise<TaskResults['words']> {
  const findings: LogFinding[] = [];
  let broken = 0;
  const count = createIndexCounter(sums);
  for await (const words of snapshot.words(from, below)) {
    for (const { term, time, record } of words) {
      const isWord = typeof term === 'string' && Number.isInteger(time);
      if (isWord && isCounted(sums, record)) {
        count(term, time, record);
        continue;
      }
      broken += 1;
      if (findings.length < FINDINGS_KEPT) {
        findings.push({ code: 'index.stray', word: String(term), record: String(record) });
      }
    }
  }
  return { broken, findings };
}
