import { randomInt } from 'node:crypto';
import { checkIntroduced } from './check-introduced.ts';
import type { IntroducedKey } from './check-introduced.ts';
import { byPlace } from './findings.ts';
import type { LogFinding } from './findings.ts';
import { TERM_KINDS } from '../terms.ts';
import { inLanes } from './in-lanes.ts';
import type { Examination } from './examination.ts';
import type { StoredKey, TrustedKey } from './ports.ts';
import type { TaskOf, TaskResults } from './tasks.ts';
import { createWordSums, firstDifference } from './word-sums.ts';
import type { WordSums } from './word-sums.ts';

/** What a verification tells as it goes on; the last step is what it came to. */
export type VerificationStep =
  | { readonly kind: 'progress'; readonly checked: number; readonly total: number }
  | ({ readonly kind: 'done' } & Verification);

/** What a verification of the log came to. */
export interface Verification {
  readonly whole: boolean;
  /** How many records there are, and the first and the last place of each chain. */
  readonly records: number;
  readonly chains: readonly {
    readonly writer: number;
    readonly from: number;
    readonly to: number;
  }[];
  /** Records whose personal fields have been erased. */
  readonly erased: number;
  readonly checkpoints: TaskResults['checkpoints'];
  /** How many findings there are; only the first of each kind are told. */
  readonly broken: number;
  /** The first broken record first. */
  readonly findings: readonly LogFinding[];
}

/** What is brought along to hold the log against. */
export interface Evidence {
  readonly keys: readonly TrustedKey[];
  /** The keys that are there, genuine or not; undefined where they cannot be read. */
  readonly stored: readonly StoredKey[] | undefined;
  /** Checkpoints that were kept elsewhere (compact JWS). */
  readonly given: readonly string[];
}

const RECORDS_AT_ONCE = 25_000;
const MOST_PARTS = 4_096;
/** How many records may share a cell of the sums before it is worth looking closer. */
const NARROW = 1_024;
const FINDINGS_TOLD = 100;

/** Where the index is cut, so that its parts can be read side by side: at each kind of word. */
const CUTS = ['', ...TERM_KINDS.map((kind) => `${kind}=`).toSorted()];

/**
 * Recomputes everything that a snapshot of the log holds: every digest, column and personal field, the index, the heads, and
 * the row of checkpoints.
 */
export async function* examineLog(
  examination: Examination,
  { keys, stored, given }: Evidence,
  also: readonly LogFinding[],
): AsyncGenerator<VerificationStep> {
  const { lanes, run } = examination;
  const outline = await run<'outline'>({ kind: 'outline' });
  const { writers, chains, lasts, first, last } = outline;
  const total = chains.reduce(
    (sum, { writer, base }) =>
      sum + Math.max(0, (lasts.get(writer)?.sequence ?? 0) - base.sequence),
    0,
  );
  const findings: LogFinding[] = [...checkHeads(outline), ...also];
  let broken = findings.length;
  const counts = { checked: 0, erased: 0, broken: 0 };
  const introduced: IntroducedKey[] = [];
  let checkpoints: TaskResults['checkpoints'] | undefined;

  const sums = newSums(first, last);
  const parts: readonly TaskOf<'links' | 'words' | 'checkpoints'>[] = [
    { kind: 'checkpoints', standing: { writers, chains, lasts }, keys, given },
    ...wordTasks(sums),
    ...linkTasks(writers, sums, total),
  ];
  for await (const done of inLanes(parts, lanes, async (task) => carryOut(task))) {
    findings.push(...done.findings);
    if ('count' in done) {
      checkpoints = done;
      broken += done.findings.length;
    } else {
      broken += done.broken;
      if ('records' in done) {
        counts.checked += done.records;
        counts.erased += done.erased;
        counts.broken += done.broken;
        introduced.push(...done.introduced);
        const { checked } = counts;
        yield { kind: 'progress', checked, total: Math.max(total, checked) };
      }
    }
  }
  if (checkpoints === undefined) throw new Error('the checkpoints were not looked at');
  const stripped = checkIntroduced({
    ...{ introduced, stored, trusted: keys, reaches: checkpoints.reaches },
    isComplete: counts.broken === 0 && chains.every(({ base }) => base.sequence === 0),
    known: findings,
  });
  findings.unshift(...stripped); // since they tell why others are as they are
  broken += stripped.length;

  const misfit = await locate(sums);
  if (misfit) {
    broken += 1;
    findings.push(misfit);
  }
  const [foremost, ...others] = findings.sort(byPlace).slice(0, FINDINGS_TOLD);
  yield {
    kind: 'done',
    whole: foremost === undefined,
    records: counts.checked,
    chains: chains.map(({ writer, base }) => ({
      writer,
      from: base.sequence + 1,
      to: lasts.get(writer)?.sequence ?? base.sequence,
    })),
    erased: counts.erased,
    checkpoints,
    broken,
    findings: foremost === undefined ? [] : [await understand(foremost), ...others],
  };

  async function carryOut(task: TaskOf<'links' | 'words' | 'checkpoints'>) {
    return run<typeof task.kind>(task);
  }

  /** The first record that the index does not fit, if any; a wide cell is summed up again in narrower ones. */
  async function locate(wide: WordSums): Promise<LogFinding | undefined> {
    for (let summed = wide; ;) {
      const cell = firstDifference(summed);
      if (cell === undefined) return undefined;
      if (summed.width <= NARROW) return run<'locate'>({ kind: 'locate', ...cell });
      summed = newSums(cell.from, cell.to);
      const again = [
        ...wordTasks(summed),
        { kind: 'links' as const, writers, from: cell.from, to: cell.to, sums: summed },
      ];
      for await (const _ of inLanes(again, lanes, (task) => carryOut(task)));
    }
  }

  /** A record that is missing from its place may stand in another one. */
  async function understand(finding: LogFinding): Promise<LogFinding> {
    if (finding.code !== 'record.missing') return finding;
    const { writer, sequence } = finding;
    const id = await run<'find'>({ kind: 'find', writer, sequence });
    return id === undefined ? finding : { code: 'record.out_of_order', writer, sequence, id };
  }
}

const newSums = (first: number, last: number): WordSums =>
  createWordSums(first, last, [randomInt(2 ** 32), randomInt(2 ** 32)]);

const wordTasks = (sums: WordSums): readonly TaskOf<'words'>[] =>
  CUTS.map((from, index) => {
    const below = CUTS[index + 1];
    return { kind: 'words', from, sums, ...(below === undefined ? {} : { below }) };
  });

/** The first part is open towards the beginning and the last one towards the end, so that no record escapes. */
function linkTasks(
  writers: readonly number[],
  sums: WordSums,
  total: number,
): readonly TaskOf<'links'>[] {
  const span = sums.last - sums.first + 1;
  const parts = Math.min(MOST_PARTS, Math.max(1, Math.ceil(total / RECORDS_AT_ONCE)));
  const size = Math.ceil(span / parts);
  const count = Math.ceil(span / size);
  return Array.from({ length: count }, (_, part) => ({
    kind: 'links',
    writers,
    sums,
    ...(part === 0 ? {} : { from: sums.first + part * size }),
    ...(part === count - 1 ? {} : { to: sums.first + (part + 1) * size - 1 }),
  }));
}

/** Holds the noted head of each chain to its last record. */
function checkHeads({ writers, chains, lasts }: TaskResults['outline']): readonly LogFinding[] {
  const lost = writers
    .filter((writer) => !chains.some((chain) => chain.writer === writer))
    .map((writer) => ({ code: 'chain.lost', writer }) as const);
  const known = chains.flatMap(({ writer, head, base }): readonly LogFinding[] => {
    if (!writers.includes(writer)) return [{ code: 'chain.unknown', writer }];
    const last = lasts.get(writer) ?? { ...base, id: undefined };
    if (head.sequence > last.sequence) {
      const sequence = last.sequence + 1;
      return [{ code: 'chain.truncated', writer, sequence, until: head.sequence }];
    }
    const { id, sequence } = last;
    return head.sequence === sequence && head.digest === last.digest
      ? []
      : [{ code: 'chain.head_altered', writer, sequence, ...(id === undefined ? {} : { id }) }];
  });
  return [...lost, ...known];
}
