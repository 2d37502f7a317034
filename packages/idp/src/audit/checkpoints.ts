import { present } from '@ambit/scope-catalog';
import type { Ports, Storage } from '../storage.ts';
import type { AuditKeys } from './audit-keys.ts';
import type { StoredCheckpoint } from './ports.ts';
import { writeCheckpoint } from './write-checkpoint.ts';
import type { IssuedCheckpoint, Shortening } from './write-checkpoint.ts';

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
      const signer = await keys.signer(tx.auditKeys);
      return writeCheckpoint(tx, newest, {
        issuer,
        now: clock(),
        signer,
        ...present({ shortening }),
      });
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
