import { present } from '@ambit/scope-catalog';
import type { Ports } from '../storage.ts';
import type { AuditSigner } from './audit-key.ts';
import { readCheckpoint, signCheckpoint, statementDigest } from './checkpoint.ts';
import type { ReadCheckpoint, StatedChain } from './checkpoint.ts';
import type { AuditChain, ChainPlace, StoredCheckpoint } from './ports.ts';

/** A checkpoint as it is handed out, to be kept where whoever can write to the store cannot write. */
export interface IssuedCheckpoint {
  /** The statement as a compact JWS. */
  readonly statement: string;
  readonly states: ReadCheckpoint;
  /** The key that verifies it. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** What a checkpoint gives up for good: records up to a place in each chain, and checkpoints below a number. */
export interface Shortening {
  readonly bases: ReadonlyMap<number, ChainPlace>;
  readonly oldest: number;
}

/** What goes into a checkpoint besides what the log has come to; `now` in milliseconds since the epoch. */
interface Signing {
  readonly issuer: string;
  readonly now: number;
  readonly signer: AuditSigner;
  readonly shortening?: Shortening;
}

/** The number of the checkpoint after one; the first is 1. */
export const numberAfter = (newest: StoredCheckpoint | undefined): number =>
  (newest?.number ?? 0) + 1;

/**
 * Signs the checkpoint after `newest` of what the log has come to as a transaction sees it, and puts it into the row. Gives
 * `newest` itself where it says all of that already, by the same key.
 */
export async function writeCheckpoint(
  tx: Pick<Ports, 'audit' | 'checkpoints'>,
  newest: StoredCheckpoint | undefined,
  { issuer, now, signer, shortening }: Signing,
): Promise<IssuedCheckpoint> {
  const before = newest && readCheckpoint(newest.statement);
  const chains = (await tx.audit.chains()).map((chain) => stateChain(chain, before, shortening));
  const isCurrent = before?.kid === signer.kid && sameHeads(before.chains, chains);
  if (newest && before && isCurrent && shortening === undefined) {
    return { statement: newest.statement, states: before, publicJwk: signer.publicJwk };
  }
  const states = {
    issuer,
    issuedAt: Math.floor(now / 1000),
    number: numberAfter(newest),
    ...present({ previous: newest && statementDigest(newest.statement) }),
    oldest: shortening?.oldest ?? before?.oldest ?? 1,
    chains,
  };
  const statement = await signCheckpoint(states, signer);
  await tx.checkpoints.insert({ number: states.number, statement });
  if (shortening) await tx.checkpoints.dropBelow(shortening.oldest);
  return {
    statement,
    states: { ...states, kid: signer.kid },
    publicJwk: signer.publicJwk,
  };
}

function stateChain(
  { writer, head }: AuditChain,
  before: ReadCheckpoint | undefined,
  shortening: Shortening | undefined,
): StatedChain {
  const known = before?.chains.find((chain) => chain.writer === writer)?.base;
  const asked = shortening?.bases.get(writer);
  const base = (asked?.sequence ?? 0) > (known?.sequence ?? 0) ? asked : known;
  return { writer, ...head, ...present({ base }) };
}

const sameHeads = (before: readonly StatedChain[], now: readonly StatedChain[]): boolean =>
  JSON.stringify(before.map(headOf)) === JSON.stringify(now.map(headOf));

const headOf = ({ writer, sequence, digest }: StatedChain) => [writer, sequence, digest];
