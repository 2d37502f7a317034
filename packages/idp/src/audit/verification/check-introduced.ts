import type { AuditEntry } from '../record.ts';
import type { LogFinding, ProofFinding } from './findings.ts';
import type { StoredKey } from './ports.ts';

/** A key as the record of its introduction names it. */
export interface IntroducedKey extends StoredKey {
  /** The number of the checkpoint that it signed in the same transaction; releases of before signed none then. */
  readonly checkpoint?: number;
}

/** The key that a record introduces, if it does. */
export function introducedBy({ event, after }: AuditEntry): IntroducedKey | undefined {
  if (event !== 'audit.key_introduced') return undefined;
  const { kid, number, checkpoint } = (after ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kid !== 'string' || !isNumber(number)) return undefined;
  return { kid, number, ...(isNumber(checkpoint) ? { checkpoint } : {}) };
}

/** What the parts of a verification found, as far as records, keys and checkpoints tell of one another. */
interface Evidence {
  /** In no order. */
  readonly introduced: readonly IntroducedKey[];
  /** The keys that are there, as far as they can be read, and those of them that are genuine. */
  readonly stored: readonly StoredKey[] | undefined;
  readonly trusted: readonly StoredKey[];
  /** The greatest number in the row of checkpoints; 0 where it is empty. */
  readonly reaches: number;
  /** Whether every record that was ever written is there and sound, as far as the chains tell. */
  readonly isComplete: boolean;
  /** What is told already, and is not told again. */
  readonly known: readonly LogFinding[];
}

/**
 * Names what is missing of what was committed together: the key, the record of its introduction, and the checkpoint that it
 * signed then.
 */
export function checkIntroduced(evidence: Evidence): readonly ProofFinding[] {
  const { introduced, stored, trusted, isComplete, known } = evidence;
  const missing = without(introduced, stored ?? introduced)
    .filter((key) => !known.some((finding) => tellsOfKey(finding, key)))
    .map(({ kid, number }): ProofFinding => ({ code: 'key.missing', key: number, kid }));
  const unrecorded = (isComplete ? without(trusted, introduced) : []).map(
    ({ kid, number }): ProofFinding => ({ code: 'key.unrecorded', key: number, kid }),
  );
  return [...missing, ...unrecorded, ...missingCheckpoint(evidence)];
}

/** The newest checkpoint that a record tells of is there, or a later one: whatever is dropped, the newest one never is. */
function missingCheckpoint({ introduced, reaches, known }: Evidence): readonly ProofFinding[] {
  const [last] = introduced
    .flatMap(({ kid, checkpoint = 0 }) => (checkpoint > reaches ? [{ kid, checkpoint }] : []))
    .toSorted((one, other) => other.checkpoint - one.checkpoint);
  const isTold = known.some(
    (finding) => finding.code === 'checkpoint.missing' && finding.checkpoint === last?.checkpoint,
  );
  return last === undefined || isTold ? [] : [{ code: 'checkpoint.missing', ...last }];
}

const without = <K extends StoredKey>(keys: readonly K[], others: readonly StoredKey[]) =>
  keys.filter(
    ({ kid, number }) => !others.some((other) => other.kid === kid && other.number === number),
  );

const tellsOfKey = (finding: LogFinding, { kid, number }: StoredKey): boolean =>
  'key' in finding && (finding.key === number || finding.kid === kid);

const isNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0;
