import { readCheckpoint, statementDigest } from '../checkpoint.ts';
import type { ReadCheckpoint } from '../checkpoint.ts';
import type { StoredCheckpoint } from '../ports.ts';
import { FINDINGS_KEPT } from './check-links.ts';
import type { LogFinding } from './findings.ts';
import { createPlaceCheck } from './hold-places.ts';
import type { Held, PlaceCheck, Standing } from './hold-places.ts';
import type { LogSnapshot, TrustedKey } from './ports.ts';
import { createSignatureCheck } from './signatures.ts';
import type { FindFault } from './signatures.ts';

/** What becomes of a checkpoint that was kept elsewhere. */
export interface GivenCheckpoint {
  /** Absent where it is none at all. */
  readonly number?: number;
  readonly held: Held;
}

/** What holding the log to its checkpoints came to. */
export interface CheckpointsResult {
  readonly count: number;
  /** The greatest number in the row; 0 where it is empty. */
  readonly reaches: number;
  readonly newest?: ReadCheckpoint;
  readonly given: readonly GivenCheckpoint[];
  readonly findings: readonly LogFinding[];
}

/** A checkpoint of the row, with what it states where it is one. */
interface Seen extends StoredCheckpoint {
  readonly states: ReadCheckpoint | undefined;
}

interface Checks {
  readonly snapshot: LogSnapshot;
  readonly findFault: FindFault;
  readonly places: PlaceCheck;
  readonly report: (finding: LogFinding) => void;
}

/** Holds the log to the row of its checkpoints, and to those that were kept elsewhere. */
export async function checkCheckpoints(
  snapshot: LogSnapshot,
  standing: Standing,
  keys: readonly TrustedKey[],
  given: readonly string[],
): Promise<CheckpointsResult> {
  const findings: LogFinding[] = [];
  const report = (finding: LogFinding): void => {
    if (findings.length < FINDINGS_KEPT) findings.push(finding);
  };
  const checks: Checks = {
    snapshot,
    report,
    findFault: createSignatureCheck(keys),
    places: createPlaceCheck(snapshot, standing, report),
  };
  const { count, newest } = await followRow(checks);
  await checks.places.toBases(newest?.states);
  const held: GivenCheckpoint[] = [];
  for (const [index, statement] of given.entries()) {
    held.push(await takeGiven(statement, index, newest, checks));
  }
  return {
    count,
    reaches: newest?.number ?? 0,
    ...(newest?.states && { newest: newest.states }),
    given: held,
    findings,
  };
}

/**
 * Follows the row from number to number.
 *
 * Each checkpoint names the digest of the one before, so that the signature of the last one under a key vouches for all
 * before it. Only where that is wrong are all signatures verified, to name the first bad one.
 */
async function followRow(checks: Checks): Promise<{ count: number; newest: Seen | undefined }> {
  const { snapshot, places, report } = checks;
  let count = 0;
  let first: Seen | undefined;
  let before: Seen | undefined;
  let sound = true;
  const vouch = async ({ statement, states }: Seen): Promise<void> => {
    if (states && (await checks.findFault(statement, states)) !== undefined) sound = false;
  };
  for await (const portion of snapshot.checkpoints()) {
    for (const stored of portion) {
      const seen = { ...stored, states: readOwn(stored) };
      if (before) await compare(before, seen, checks);
      if (seen.states === undefined) {
        report({ code: 'checkpoint.altered', checkpoint: seen.number });
      } else {
        await places.toHeads(seen.states);
        if (before?.states && before.states.kid !== seen.states.kid) await vouch(before);
      }
      count += 1;
      first ??= seen;
      before = seen;
    }
  }
  if (before) await vouch(before);
  if (!sound) await nameBadSignature(checks);
  if (first && before?.states && first.number > before.states.oldest) {
    report({ code: 'checkpoint.missing', checkpoint: before.states.oldest });
  }
  return { count, newest: before };
}

/** What a checkpoint of the row states; undefined where it is none, or one of another number. */
function readOwn({ number, statement }: StoredCheckpoint): ReadCheckpoint | undefined {
  const states = typeof statement === 'string' ? readCheckpoint(statement) : undefined;
  return states?.number === number ? states : undefined;
}

/** Holds a checkpoint to the one before it in the row. */
async function compare(before: Seen, seen: Seen, { findFault, report }: Checks): Promise<void> {
  const { number, statement, states } = seen;
  if (number !== before.number + 1) {
    report({ code: 'checkpoint.missing', checkpoint: before.number + 1 });
    return;
  }
  if (states === undefined) return;
  if (before.states && states.previous !== statementDigest(before.statement)) {
    // One that is genuine names what was there when it was signed.
    const genuine = (await findFault(statement, states)) === undefined;
    report({ code: 'checkpoint.altered', checkpoint: genuine ? before.number : number });
  }
  const shrinks = states.chains.some(({ writer, sequence, base }) => {
    const known = before.states?.chains.find((chain) => chain.writer === writer);
    return (
      known !== undefined &&
      (sequence < known.sequence || (base?.sequence ?? 0) < (known.base?.sequence ?? 0))
    );
  });
  if (shrinks) report({ code: 'checkpoint.backwards', checkpoint: number });
}

async function nameBadSignature({ snapshot, findFault, report }: Checks): Promise<void> {
  for await (const portion of snapshot.checkpoints()) {
    for (const stored of portion) {
      const states = readOwn(stored);
      const fault = states && (await findFault(stored.statement, states));
      if (fault) {
        report(fault);
        return;
      }
    }
  }
}

/** Holds the log to a checkpoint that was kept elsewhere, which must be one of its own row unless it was dropped. */
async function takeGiven(
  statement: string,
  index: number,
  newest: Seen | undefined,
  { snapshot, findFault, places, report }: Checks,
): Promise<GivenCheckpoint> {
  const states = readCheckpoint(statement);
  if (states === undefined) {
    report({ code: 'checkpoint.unreadable', given: index });
    return { held: 'broken' };
  }
  const { number } = states;
  const fault = await findFault(statement, states);
  if (fault) {
    report(fault);
    return { number, held: 'broken' };
  }
  const held = await places.toHeads(states);
  const stored = await snapshot.checkpoint(number);
  const dropped = stored === undefined && number < (newest?.states?.oldest ?? 0);
  if (stored === statement || dropped) return { number, held };
  report({
    code: stored === undefined ? 'checkpoint.missing' : 'checkpoint.altered',
    checkpoint: number,
  });
  return { number, held: 'broken' };
}
