import { present } from '@ambit/scope-catalog';
import type { Ports, Storage } from '../storage.ts';
import type { AuditKeys } from './audit-keys.ts';
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

/** Signs what the audit log has come to. */
export interface Checkpoints {
  /** The newest checkpoint; a new one where something was written since. */
  make(): Promise<IssuedCheckpoint>;
  /** A new checkpoint that stands for what is about to be dropped. */
  shorten(to: Shortening): Promise<IssuedCheckpoint>;
}

type ProofPorts = Pick<Ports, 'audit' | 'auditKeys' | 'checkpoints'>;

/**
 * Makes the service that signs checkpoints.
 *
 * It remembers the newest one it has signed. Where somebody removes that from the store, the next one keeps its number and
 * names its digest all the same, so that the row of numbers shows the hole.
 */
export function createCheckpoints(deps: {
  readonly storage: Storage<ProofPorts>;
  readonly keys: Pick<AuditKeys, 'signer'>;
  readonly issuer: string;
  readonly clock: () => number;
}): Checkpoints {
  const { storage, keys, issuer, clock } = deps;
  let remembered: StoredCheckpoint | undefined;

  const sign = (shortening?: Shortening): Promise<IssuedCheckpoint> =>
    storage.transaction(async (tx) => {
      const newest = later(await tx.checkpoints.newest(), remembered);
      const before = newest && readCheckpoint(newest.statement);
      const chains = (await tx.audit.chains()).map((chain) =>
        stateChain(chain, before, shortening),
      );
      const signer = await keys.signer(tx.auditKeys);
      const isCurrent = before?.kid === signer.kid && sameHeads(before.chains, chains);
      if (newest && before && isCurrent && shortening === undefined) {
        return { statement: newest.statement, states: before, publicJwk: signer.publicJwk };
      }
      const states = {
        issuer,
        issuedAt: Math.floor(clock() / 1000),
        number: (newest?.number ?? 0) + 1,
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
    });

  const keep = (issued: IssuedCheckpoint): IssuedCheckpoint => {
    remembered = { number: issued.states.number, statement: issued.statement };
    return issued;
  };
  return {
    make: async () => keep(await sign()),
    shorten: async (to) => keep(await sign(to)),
  };
}

const later = (
  stored: StoredCheckpoint | undefined,
  remembered: StoredCheckpoint | undefined,
): StoredCheckpoint | undefined =>
  (remembered?.number ?? 0) >= (stored?.number ?? 0) ? remembered : stored;

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
